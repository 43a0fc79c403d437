"""How often an event was given up, so that each giving-up has one dead letter whoever comes to it."""

from shared.postgres.migrate import run_beside

revision = "delivery_0004"
down_revision = "delivery_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
