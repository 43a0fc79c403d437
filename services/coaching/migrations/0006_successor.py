"""Areas merge: what comes after a system."""

from shared.postgres.migrate import run_beside

revision = "coaching_0006"
down_revision = "coaching_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
