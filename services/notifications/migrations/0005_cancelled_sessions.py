"""A session that does not take place leaves the calendars that hold it."""

from shared.postgres.migrate import run_beside

revision = "notifications_0005"
down_revision = "notifications_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
