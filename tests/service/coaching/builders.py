from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.enrolment.learners import CompletionWithdrawn, ProgrammeCompleted
from shared.contracts.talent.members import PoolReadinessChanged, Readiness
from shared.ids import new_id
from shared.messaging.deferred import Deferred
from shared.postgres.database import Transaction
from tests.support.services import Client, ServiceUnderTest

OCTOBER = datetime(2020, 10, 5, 10, tzinfo=UTC)
JANUARY = datetime(2021, 1, 15, 11, tzinfo=UTC)
YEAR_END = datetime(2021, 3, 31, 20, tzinfo=UTC)


def an_entry(*kinds: str, qualification: str = "ilm_5", **details: Any) -> dict[str, Any]:
    return {
        "name": "Colm Reid",
        "email": "colm.reid@example.nhs.uk",
        "kinds": list(kinds) or ["coach"],
        "origin": "added",
        "qualification": qualification,
        "system": "QGH",
        "capacity": 3,
        **details,
    }


def lead(coaching: ServiceUnderTest, at: datetime = OCTOBER) -> Client:
    return coaching.as_("programme_lead", at=at)


def person(coaching: ServiceUnderTest, person_id: UUID, at: datetime = JANUARY) -> Client:
    return coaching.as_("learner", person_id=person_id, at=at)


async def register(coaching: ServiceUnderTest, *kinds: str, qualification: str = "ilm_5", **details: Any) -> UUID:
    person_id = new_id()
    entry = an_entry(*kinds, qualification=qualification, **details)
    answer = await lead(coaching).put(f"/v1/practitioners/{person_id}", json=entry)
    assert answer.status_code == 201, answer.text
    return person_id


async def relationships(coaching: ServiceUnderTest, person_id: UUID) -> list[dict[str, Any]]:
    return (await person(coaching, person_id).get(f"/v1/people/{person_id}/relationships")).json()["items"]


def moved_to(readiness: Readiness, person_id: UUID, at: datetime = OCTOBER) -> PoolReadinessChanged:
    return PoolReadinessChanged(
        effective_at=at,
        person_id=person_id,
        previous="ready_now" if readiness == "not_yet_ready" else "not_yet_ready",
        current=readiness,
        horizon_months=6,
        valid_until=date(2021, 10, 5),
        professional_group="COO",
        system="QGH",
        service_type="ACU",
        decided_by=uuid4(),
    )


def completed(person_id: UUID, award: str | None, programme: str = "MENTOR") -> ProgrammeCompleted:
    return ProgrammeCompleted(
        effective_at=OCTOBER,
        person_id=person_id,
        enrolment_id=uuid4(),
        cohort_id=uuid4(),
        programme_code=programme,
        award=award,
    )


def withdrawn(completion: ProgrammeCompleted, at: datetime = YEAR_END) -> CompletionWithdrawn:
    """What that event gave is taken back."""
    about = completion.model_dump(exclude={"effective_at"})
    return CompletionWithdrawn(effective_at=at, reason="register_corrected", **about)


async def catch_up(coaching: ServiceUnderTest) -> int:
    """Bring back, without the wait, what was deferred."""

    async def make_due(tx: Transaction) -> None:
        await tx.execute("update deferred set next_at = clock_timestamp()")

    await coaching.db.run(make_due)
    return await Deferred("coaching", coaching.db, coaching.inbox.handle).run_due()
