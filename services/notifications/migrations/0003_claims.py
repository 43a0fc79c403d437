"""A message on its way is claimed, not locked; a recording that never comes is waited for no longer."""

from shared.postgres.migrate import run_beside

revision = "notifications_0003"
down_revision = "notifications_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
