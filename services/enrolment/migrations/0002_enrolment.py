"""Programmes, cohorts, sessions, learners, enrolments, registers."""

from shared.postgres.migrate import run_beside

revision = "enrolment_0002"
down_revision = "enrolment_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_beside(__file__)
