"""How much is kept of what is not believed."""

from shared.postgres.migrate import run_beside

revision = "delivery_0009"
down_revision = "delivery_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
