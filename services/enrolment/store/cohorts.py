from dataclasses import astuple
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.enrolment.domain.cohorts import Cohort, CohortId, CohortNotFound
from services.enrolment.domain.enrolments import EnrolmentId, EnrolmentNotFound
from services.enrolment.domain.programmes import Programme
from services.enrolment.domain.sessions import SessionId, SessionNotFound
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Provider, provider

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def insert(tx: Transaction, cohort: Cohort) -> None:
    """Store a new cohort; the fields stand in the order of its columns."""
    await tx.execute(SQL["insert"], *astuple(cohort))


async def lock(tx: Transaction, cohort_id: CohortId) -> Cohort:
    """The cohort, held until the decision on its numbers is saved."""
    return _found(await tx.fetchrow(SQL["lock"], cohort_id))


async def lock_of_enrolment(tx: Transaction, enrolment_id: EnrolmentId) -> Cohort:
    """The cohort of an enrolment, held until the decision on its numbers is saved."""
    row = await tx.fetchrow(SQL["lock_of_enrolment"], enrolment_id)
    if row is None:
        raise EnrolmentNotFound("there is no such enrolment")
    return Cohort(**row)


async def lock_of_session(tx: Transaction, session_id: SessionId) -> Cohort:
    """The cohort of a session, held: registers of one cohort are taken one after another."""
    row = await tx.fetchrow(SQL["lock_of_session"], session_id)
    if row is None:
        raise SessionNotFound("there is no such session")
    return Cohort(**row)


async def save_late_entry(tx: Transaction, programme: Programme) -> None:
    """Every cohort of the programme follows what it says of late entry."""
    await tx.execute(SQL["save_late_entry"], programme.programme_code, programme.late_entry)


async def lock_waited_for(tx: Transaction, programme_code: str) -> list[Cohort]:
    """The programme's cohorts for which somebody waits, held in one order."""
    return [Cohort(**row) for row in await tx.fetch(SQL["lock_waited_for"], programme_code)]


async def save_places(tx: Transaction, cohort: Cohort) -> None:
    """Save the numbers of places taken and people waiting."""
    await tx.execute(SQL["save_places"], cohort.cohort_id, cohort.places_taken, cohort.waiting, cohort.last_ticket)


async def save_sessions(tx: Transaction, cohort: Cohort) -> None:
    """Save how many sessions there are and when the first one starts."""
    await tx.execute(SQL["save_sessions"], cohort.cohort_id, cohort.sessions, cohort.first_session_at)


async def save_start(tx: Transaction, cohort_id: CohortId, starts_at: datetime) -> None:
    """A session that started then was held: the earliest such moment is the cohort's start."""
    await tx.execute(SQL["save_start"], cohort_id, starts_at)


async def find(tx: Transaction, cohort_id: CohortId, whose: Provider | Everyone) -> Cohort:
    """The cohort; CohortNotFound where there is none, or none of theirs."""
    return _found(await tx.fetchrow(SQL["find_for_provider"], cohort_id, provider(whose)))


async def page(
    tx: Transaction, *, programme_code: str | None, starting_from: datetime | None, after: UUID | None, limit: int
) -> list[Cohort]:
    """Cohorts in the order they were opened; those without a date yet are never left out by `starting_from`."""
    return [Cohort(**row) for row in await tx.fetch(SQL["page"], after, programme_code, starting_from, limit)]


def _found(row: "Record | None") -> Cohort:
    if row is None:
        raise CohortNotFound("there is no such cohort")
    return Cohort(**row)
