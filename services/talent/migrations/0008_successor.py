"""Areas merge: what comes after a system."""

from shared.postgres.migrate import run_beside

revision = "talent_0008"
down_revision = "talent_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
