"""The delivery tables: outbox, inbox, idempotency keys and the replay clock."""

from shared.postgres.migrate import run_beside

revision = "delivery_0001"
down_revision = None
branch_labels = ("delivery",)
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
