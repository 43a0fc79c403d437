from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.store import cohorts
from services.enrolment.people.domain.learners import LearnerNotFound, Position
from services.enrolment.places.domain.enrolments import (
    Applicant,
    Attendee,
    Enrolment,
    EnrolmentId,
    EnrolmentNotFound,
    Standing,
    State,
)
from shared.ids import CohortId, PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import EVERYONE, Everyone, Own, Systems, systems

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__, cohorts.SQL)


async def applicant(tx: Transaction, cohort_id: CohortId, person_id: PersonId) -> Applicant:
    """Who asks, with what the person holds of this cohort; read after the cohort is locked."""
    row = await tx.fetchrow(SQL["applicant"], cohort_id, person_id)
    if row is None:
        raise LearnerNotFound("there is no such learner; the person registers first")
    return Applicant(person_id, _position(row), row["holds"], row["is_next"])


async def insert(tx: Transaction, enrolment: Enrolment) -> None:
    """Store a new place or wait."""
    await tx.execute(
        SQL["insert"],
        enrolment.enrolment_id,
        enrolment.cohort_id,
        enrolment.person_id,
        enrolment.state,
        enrolment.method,
        *codes_of(enrolment.position),
        enrolment.asked_at,
        enrolment.enrolled_at,
        enrolment.ticket,
    )


async def lock_cohort(tx: Transaction, enrolment_id: EnrolmentId) -> Cohort:
    """The cohort of an enrolment, held until the decision on its numbers is saved."""
    row = await tx.fetchrow(SQL["lock_cohort"], enrolment_id)
    if row is None:
        raise EnrolmentNotFound
    return Cohort(**row)


async def find(tx: Transaction, enrolment_id: EnrolmentId, whose: Own | Everyone) -> Enrolment:
    """The enrolment, read after its cohort is locked; EnrolmentNotFound where there is none, or none of theirs."""
    row = await tx.fetchrow(SQL["find"], enrolment_id)
    if row is None or whose not in {EVERYONE, Own(row["person_id"])}:
        raise EnrolmentNotFound
    return to_enrolment(row)


async def save_withdrawal(tx: Transaction, enrolment: Enrolment) -> None:
    """Save that the place or the wait was given up."""
    await tx.execute(
        SQL["save_withdrawal"],
        enrolment.enrolment_id,
        enrolment.withdrawn_at,
        enrolment.withdrawn_by,
        enrolment.reason,
        enrolment.late,
    )


async def end_all(tx: Transaction, cohort_id: CohortId, *, reason: str, at: datetime) -> list[tuple[Enrolment, State]]:
    """Every place and wait of a locked cohort ends; each as it is now, and which of the two it was."""
    rows = await tx.fetch(SQL["end_all"], cohort_id, at, reason)
    return [(to_enrolment(row), row["previous"]) for row in rows]


async def of_person(tx: Transaction, person_id: PersonId, *, after: UUID | None, limit: int) -> list[Standing]:
    """A person's enrolments in the order they were asked for."""
    rows = await tx.fetch(SQL["of_person"], person_id, after, limit)
    found = await cohorts.of_ids(tx, {row["cohort_id"] for row in rows})
    return [Standing(to_enrolment(row), found[row["cohort_id"]], row["rank"]) for row in rows]


async def of_cohort(
    tx: Transaction,
    cohort_id: CohortId,
    whose: Systems | Everyone,
    *,
    state: State | None = None,
    after: UUID | None,
    limit: int,
) -> list[Attendee]:
    """A cohort's enrolments with names, of those people; those in one state, or all."""
    rows = await tx.fetch(SQL["of_cohort"], cohort_id, systems(whose), state, after, limit)
    return [Attendee(to_enrolment(row), row["name"], row["rank"]) for row in rows]


async def count_of_cohort(
    tx: Transaction, cohort_id: CohortId, whose: Systems | Everyone, *, state: State | None = None
) -> int:
    """How many those are."""
    return await tx.fetchval(SQL["count_of_cohort"], cohort_id, systems(whose), state)


def to_enrolment(row: "Record") -> Enrolment:
    """A row of `enrolment` as the domain knows it."""
    return Enrolment(
        enrolment_id=row["enrolment_id"],
        cohort_id=row["cohort_id"],
        person_id=row["person_id"],
        state=row["state"],
        method=row["method"],
        position=_position(row),
        asked_at=row["asked_at"],
        enrolled_at=row["enrolled_at"],
        ticket=row["ticket"],
        withdrawn_at=row["withdrawn_at"],
        withdrawn_by=row["withdrawn_by"],
        reason=row["reason"],
        late=row["late"],
        completed_at=row["completed_at"],
    )


def _position(row: "Record") -> Position:
    return Position(row["system"], row["organisation"], row["staff_group"], row["profession"], row["band"])


def codes_of(position: Position) -> tuple[str, ...]:
    """The position in the order of its columns."""
    return (position.system, position.organisation, position.staff_group, position.profession, position.band)
