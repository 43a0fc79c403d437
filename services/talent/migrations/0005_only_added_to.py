"""The history of members, and who read unrounded counts of them, stays written down."""

from shared.postgres.migrate import run_beside

revision = "talent_0005"
down_revision = "talent_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
