"""Who read unrounded counts of people stays written down."""

from shared.postgres.migrate import run_beside

revision = "coaching_0004"
down_revision = "coaching_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
