"""Talent's code lists: dated rows, because areas merge and groups are renamed."""

from shared.postgres.migrate import run_beside

revision = "talent_0001"
down_revision = None
branch_labels = ("talent",)
depends_on = ("delivery_0001",)


def upgrade() -> None:
    run_beside(__file__)
