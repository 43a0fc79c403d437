"""What was published of a closed period stays as it was."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0007"
down_revision = "enrolment_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
