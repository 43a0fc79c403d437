"""Pool members, their history, evidence, and who read exact counts."""

from shared.postgres.migrate import run_beside

revision = "talent_0002"
down_revision = "talent_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
