"""One recording that waits, and calendar entries that live at an address."""

from shared.postgres.migrate import run_beside

revision = "notifications_0002"
down_revision = "notifications_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
