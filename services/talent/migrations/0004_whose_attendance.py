"""Which session an attendance was, so that it can be taken back."""

from shared.postgres.migrate import run_beside

revision = "talent_0004"
down_revision = "talent_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
