"""Who people work for, as a code list."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0011"
down_revision = "enrolment_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
