"""What was entered by mistake can be put right."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0010"
down_revision = "enrolment_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
