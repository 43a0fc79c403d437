"""Which database the service published from last, so that a restored one is noticed before it publishes."""

from shared.postgres.migrate import run_beside

revision = "delivery_0003"
down_revision = "delivery_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
