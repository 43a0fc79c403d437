"""A candidate for every completion that qualifies, so that one can be taken back and another stays."""

from shared.postgres.migrate import run_beside

revision = "coaching_0003"
down_revision = "coaching_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
