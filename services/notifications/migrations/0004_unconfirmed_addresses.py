"""An address that people give for themselves is confirmed before it is used."""

from shared.postgres.migrate import run_beside

revision = "notifications_0004"
down_revision = "notifications_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
