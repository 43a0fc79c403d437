"""The register, its candidates, relationships, and who read exact counts."""

from shared.postgres.migrate import run_beside

revision = "coaching_0002"
down_revision = "coaching_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
