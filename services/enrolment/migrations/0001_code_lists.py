"""Enrolment's code lists: dated rows, because areas merge and bands are renamed."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0001"
down_revision = None
branch_labels = ("enrolment",)
depends_on = ("delivery_0001",)


def upgrade() -> None:
    run_beside(__file__)
