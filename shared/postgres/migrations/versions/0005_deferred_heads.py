"""What stands first on its key is tried and the rest is behind it; two events of one version both have a place."""

from shared.postgres.migrate import run_beside

revision = "delivery_0005"
down_revision = "delivery_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
