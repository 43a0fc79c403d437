"""People are found by address and by where they work."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0012"
down_revision = "enrolment_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
