"""Messages are listed by the cohort they are about."""

from shared.postgres.migrate import run_beside

revision = "notifications_0006"
down_revision = "notifications_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
