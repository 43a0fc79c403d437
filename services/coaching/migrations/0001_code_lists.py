"""Coaching's code lists: dated rows, because areas merge and bodies change what they award."""

from shared.postgres.migrate import run_beside

revision = "coaching_0001"
down_revision = None
branch_labels = ("coaching",)
depends_on = ("delivery_0001",)


def upgrade() -> None:
    run_beside(__file__)
