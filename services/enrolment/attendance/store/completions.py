from collections.abc import Sequence
from datetime import datetime

from services.enrolment.attendance.domain.completions import Graduate, Record
from services.enrolment.places.domain.enrolments import EnrolmentId
from shared.ids import CohortId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def complete(tx: Transaction, enrolment_ids: Sequence[EnrolmentId], *, at: datetime) -> set[EnrolmentId]:
    """Save completions; answers those that were not complete before."""
    rows = await tx.fetch(SQL["complete"], list(enrolment_ids), at)
    return {EnrolmentId(row["enrolment_id"]) for row in rows}


async def take_back(tx: Transaction, enrolment_ids: Sequence[EnrolmentId]) -> set[EnrolmentId]:
    """Save that these are no longer complete; answers those that were."""
    return {EnrolmentId(row["enrolment_id"]) for row in await tx.fetch(SQL["take_back"], list(enrolment_ids))}


async def graduates(tx: Transaction, cohort_id: CohortId) -> list[Graduate]:
    """Everybody of the cohort who completed the programme."""
    return [Graduate(**row) for row in await tx.fetch(SQL["graduates"], cohort_id)]


async def records(tx: Transaction, cohort_id: CohortId) -> list[Record]:
    """Everybody who holds a place of the cohort and has not completed, with what counts of them."""
    return [Record(**row) for row in await tx.fetch(SQL["records"], cohort_id)]
