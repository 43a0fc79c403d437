"""Late entry as a programme's setting; places handed on later than freed; bank holidays from a library."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0003"
down_revision = "enrolment_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
