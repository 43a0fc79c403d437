"""Who read unrounded counts of people stays written down."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0005"
down_revision = "enrolment_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
