from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.enrolment.catalogue.domain.cohorts import Cohort, CohortNotFound, Stage
from services.enrolment.catalogue.domain.programmes import Level, Programme
from services.enrolment.catalogue.domain.sessions import SessionNotFound
from shared.ids import CohortId, SessionId
from shared.orders import Order
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Provider, provider

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def insert(tx: Transaction, cohort: Cohort) -> None:
    """Store a new cohort: nobody holds a place or waits yet, and no session has a date."""
    await tx.execute(
        SQL["insert"],
        cohort.cohort_id,
        cohort.programme_code,
        cohort.title,
        cohort.seats,
        cohort.places,
        cohort.licences,
        cohort.opens_at,
        cohort.closes_at,
        cohort.withdrawal_cutoff_days,
        cohort.opened_at,
        cohort.rule,
        cohort.late_entry,
        cohort.version,
    )


async def lock(tx: Transaction, cohort_id: CohortId) -> Cohort:
    """The cohort, held until the decision on its numbers is saved."""
    return _found(await tx.fetchrow(SQL["lock"], cohort_id))


async def lock_of_session(tx: Transaction, session_id: SessionId) -> Cohort:
    """The cohort of a session, held: registers of one cohort are taken one after another."""
    row = await tx.fetchrow(SQL["lock_of_session"], session_id)
    if row is None:
        raise SessionNotFound
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


async def save_plan(tx: Transaction, cohort: Cohort) -> None:
    """Save what was decided about it otherwise."""
    await tx.execute(
        SQL["save_plan"],
        cohort.cohort_id,
        cohort.title,
        cohort.seats,
        cohort.places,
        cohort.licences,
        cohort.opens_at,
        cohort.closes_at,
        cohort.withdrawal_cutoff_days,
        cohort.version,
    )


async def save_cancellation(tx: Transaction, cohort: Cohort) -> None:
    """Save that it does not take place."""
    await tx.execute(
        SQL["save_cancellation"], cohort.cohort_id, cohort.cancelled_at, cohort.cancellation_reason, cohort.version
    )


async def count_sessions(tx: Transaction, cohort: Cohort) -> None:
    """Save how many sessions take place and when the first one starts, as the sessions have it; on the cohort too."""
    row = await tx.fetchrow(SQL["count_sessions"], cohort.cohort_id)
    if row is None:
        raise CohortNotFound
    cohort.sessions, cohort.first_session_at = row["sessions"], row["first_session_at"]


async def save_start(tx: Transaction, cohort_id: CohortId, starts_at: datetime) -> None:
    """A session that started then was held: the earliest such moment is the cohort's start."""
    await tx.execute(SQL["save_start"], cohort_id, starts_at)


async def find(tx: Transaction, cohort_id: CohortId, whose: Provider | Everyone) -> Cohort:
    """The cohort; CohortNotFound where there is none, or none of theirs."""
    return _found(await tx.fetchrow(SQL["find_for_provider"], cohort_id, provider(whose)))


async def of_ids(tx: Transaction, cohort_ids: Collection[CohortId]) -> dict[CohortId, Cohort]:
    """These cohorts."""
    return {row["cohort_id"]: Cohort(**row) for row in await tx.fetch(SQL["of_ids"], list(cohort_ids))}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cohorts a list shows; what is None leaves out none. Those without a date are not left out by a day.

    `open` are those that let in who asks now, to a place or a wait.
    """

    programme_code: str | None = None
    starting_from: datetime | None = None
    starting_within: tuple[datetime, datetime] | None = None
    stage: Stage | None = None
    system: str | None = None
    family: str | None = None
    level: Level | None = None
    open: bool | None = None
    of_programmes: frozenset[str] | None = None


async def page(
    tx: Transaction, wanted: Wanted, *, order: Order, now: datetime, after: UUID | None, limit: int
) -> list[Cohort]:
    """By when they were opened."""
    return [Cohort(**row) for row in await tx.fetch(SQL[order], *_filters(wanted, now), after, limit)]


async def count(tx: Transaction, wanted: Wanted, *, now: datetime) -> int:
    """How many those are."""
    return await tx.fetchval(SQL["count"], *_filters(wanted, now))


def _filters(wanted: Wanted, now: datetime) -> tuple[object, ...]:
    starts, ends = wanted.starting_within or (None, None)
    return (
        wanted.programme_code,
        wanted.starting_from,
        starts,
        ends,
        wanted.stage,
        now,
        wanted.system,
        wanted.family,
        wanted.level,
        wanted.open,
        None if wanted.of_programmes is None else sorted(wanted.of_programmes),
    )


def _found(row: "Record | None") -> Cohort:
    if row is None:
        raise CohortNotFound
    return Cohort(**row)
