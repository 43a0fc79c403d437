"""What a withdrawal may give as its reason, and where links may lead."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0009"
down_revision = "enrolment_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
