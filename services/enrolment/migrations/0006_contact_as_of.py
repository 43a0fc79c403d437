"""Since when a person is reached as recorded, so that it can be announced once more without seeming newer."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0006"
down_revision = "enrolment_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
