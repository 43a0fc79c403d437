"""What operators did stays as it was written down."""

from shared.postgres.migrate import run_beside

revision = "delivery_0007"
down_revision = "delivery_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
