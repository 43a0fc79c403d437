"""The records whose envelope cannot be read, so that they are seen, counted and sent to the dead letters once."""

from shared.postgres.migrate import run_beside

revision = "delivery_0006"
down_revision = "delivery_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
