"""A replay can be ended."""

from shared.postgres.migrate import run_beside

revision = "delivery_0010"
down_revision = "delivery_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
