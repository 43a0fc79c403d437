"""Who is signed in, and who is about to be."""

from shared.postgres.migrate import run_beside

revision = "portal_0001"
down_revision = None
branch_labels = ("portal",)
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
