"""What was published of a month's end stays as it was."""

from shared.postgres.migrate import run_beside

revision = "talent_0007"
down_revision = "talent_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
