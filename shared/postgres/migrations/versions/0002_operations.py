"""What ops did to events that stood still."""

from shared.postgres.migrate import run_beside

revision = "delivery_0002"
down_revision = "delivery_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
