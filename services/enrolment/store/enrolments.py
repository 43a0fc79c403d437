from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.enrolment.domain.cohorts import CohortId
from services.enrolment.domain.enrolments import (
    Applicant,
    Attendee,
    Enrolment,
    EnrolmentId,
    EnrolmentNotFound,
    Graduate,
    Promotion,
)
from services.enrolment.domain.learners import LearnerNotFound, Post
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import EVERYONE, Everyone, Own, Systems, systems

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def applicant(tx: Transaction, cohort_id: CohortId, person_id: PersonId) -> Applicant:
    """Who asks, with what the person holds of this cohort; read after the cohort is locked."""
    row = await tx.fetchrow(SQL["applicant"], cohort_id, person_id)
    if row is None:
        raise LearnerNotFound("there is no such learner; the person registers first")
    return Applicant(person_id, _post(row), row["holds"])


async def insert(tx: Transaction, enrolment: Enrolment) -> None:
    """Store a new place or wait."""
    await tx.execute(
        SQL["insert"],
        enrolment.enrolment_id,
        enrolment.cohort_id,
        enrolment.person_id,
        enrolment.state,
        enrolment.method,
        *_codes(enrolment.post),
        enrolment.asked_at,
        enrolment.enrolled_at,
        enrolment.ticket,
    )


async def find(tx: Transaction, enrolment_id: EnrolmentId, whose: Own | Everyone) -> Enrolment:
    """The enrolment, read after its cohort is locked; EnrolmentNotFound where there is none, or none of theirs."""
    row = await tx.fetchrow(SQL["find"], enrolment_id)
    if row is None or whose not in {EVERYONE, Own(row["person_id"])}:
        raise EnrolmentNotFound("there is no such enrolment")
    return _enrolment(row)


async def next_waiting(tx: Transaction, cohort_id: CohortId) -> Enrolment:
    """Who waits longest, with the post held now; the cohort's row says that somebody does."""
    row = await tx.fetchrow(SQL["next_waiting"], cohort_id)
    if row is None:
        raise EnrolmentNotFound("nobody waits for this cohort")
    return _enrolment(row)


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


async def save_promotion(tx: Transaction, enrolment: Enrolment, promotion: Promotion) -> None:
    """Save that a wait became a place, with rule and reason."""
    await tx.execute(
        SQL["save_promotion"],
        promotion.promotion_id,
        promotion.cohort_id,
        promotion.enrolment_id,
        promotion.freed_by,
        promotion.rule,
        promotion.reason,
        promotion.promoted_at,
        *_codes(enrolment.post),
    )


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


async def of_person(tx: Transaction, person_id: PersonId, *, after: UUID | None, limit: int) -> list[Enrolment]:
    """A person's enrolments in the order they were asked for."""
    return [_enrolment(row) for row in await tx.fetch(SQL["of_person"], person_id, after, limit)]


async def of_cohort(
    tx: Transaction, cohort_id: CohortId, whose: Systems | Everyone, *, after: UUID | None, limit: int
) -> list[Attendee]:
    """A cohort's enrolments with names, of those people."""
    rows = await tx.fetch(SQL["of_cohort"], cohort_id, systems(whose), after, limit)
    return [Attendee(_enrolment(row), row["name"]) for row in rows]


def _enrolment(row: "Record") -> Enrolment:
    return Enrolment(
        enrolment_id=row["enrolment_id"],
        cohort_id=row["cohort_id"],
        person_id=row["person_id"],
        state=row["state"],
        method=row["method"],
        post=_post(row),
        asked_at=row["asked_at"],
        enrolled_at=row["enrolled_at"],
        ticket=row["ticket"],
        withdrawn_at=row["withdrawn_at"],
        withdrawn_by=row["withdrawn_by"],
        reason=row["reason"],
        late=row["late"],
        completed_at=row["completed_at"],
    )


def _post(row: "Record") -> Post:
    return Post(row["system"], row["organisation"], row["staff_group"], row["profession"], row["band"])


def _codes(post: Post) -> tuple[str, ...]:
    return (post.system, post.organisation, post.staff_group, post.profession, post.band)
