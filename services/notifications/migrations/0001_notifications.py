"""Notifications' first tables."""

from shared.postgres.migrate import run_beside

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = ("delivery_0001",)


def upgrade() -> None:
    run_beside(__file__)
