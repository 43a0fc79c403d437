"""When people gave their address themselves: such a one is confirmed before it is used."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0008"
down_revision = "enrolment_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
