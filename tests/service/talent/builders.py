from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.enrolment.learners import CompletionWithdrawn, ProgrammeCompleted, SessionAttended, SessionMissed
from shared.ids import new_id
from shared.messaging.deferred import Deferred
from shared.postgres.database import Transaction
from tests.support.services import Client, ServiceUnderTest

OCTOBER = datetime(2020, 10, 5, 10, tzinfo=UTC)
JANUARY = datetime(2021, 1, 15, 11, tzinfo=UTC)
YEAR_END = datetime(2021, 3, 31, 20, tzinfo=UTC)
CHAIR = UUID("0196a000-0000-7000-8000-0000000000c1")


def a_judgement(months: int = 18, *, on: date = date(2020, 10, 5)) -> dict[str, Any]:
    return {"horizon_months": months, "assessed_on": on.isoformat(), "decided_by": str(CHAIR)}


def a_member(months: int = 18, **details: str) -> dict[str, Any]:
    return {
        "name": "Asha Bloom",
        "email": "asha.bloom@example.nhs.uk",
        "professional_group": "COO",
        "role_family": "executive",
        "system": "QGH",
        "service_type": "ACU",
        **a_judgement(months),
        **details,
    }


def lead(talent: ServiceUnderTest, at: datetime = OCTOBER) -> Client:
    return talent.as_("talent_lead", at=at)


async def join(talent: ServiceUnderTest, months: int = 18, *, at: datetime = OCTOBER, **details: str) -> UUID:
    person_id = new_id()
    answer = await lead(talent, at).put(f"/v1/members/{person_id}", json=a_member(months, **details))
    assert answer.status_code == 201, answer.text
    return person_id


async def assess(talent: ServiceUnderTest, person_id: UUID, months: int, *, at: datetime = JANUARY) -> dict[str, Any]:
    body = a_judgement(months, on=at.date())
    answer = await lead(talent, at).post(f"/v1/members/{person_id}/assessments", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def attended(person_id: UUID, at: datetime = OCTOBER, programme: str = "CLS7") -> SessionAttended:
    return SessionAttended(
        effective_at=at,
        person_id=person_id,
        session_id=uuid4(),
        cohort_id=uuid4(),
        programme_code=programme,
        mode="live",
        minutes=90,
    )


def missed(told: SessionAttended) -> SessionMissed:
    """The register put right: the person was not there."""
    return SessionMissed(apologies=False, **told.model_dump(exclude={"mode", "minutes", "source"}))


def completed(person_id: UUID, at: datetime = JANUARY, programme: str = "CLS7") -> ProgrammeCompleted:
    return ProgrammeCompleted(
        effective_at=at,
        person_id=person_id,
        enrolment_id=uuid4(),
        cohort_id=uuid4(),
        programme_code=programme,
        award=None,
    )


def withdrawn(completion: ProgrammeCompleted, at: datetime = YEAR_END) -> CompletionWithdrawn:
    """What that event gave is taken back."""
    about = completion.model_dump(exclude={"effective_at"})
    return CompletionWithdrawn(effective_at=at, reason="register_corrected", **about)


async def catch_up(talent: ServiceUnderTest) -> int:
    """Bring back, without the wait, what was deferred."""

    async def make_due(tx: Transaction) -> None:
        await tx.execute("update deferred set next_at = clock_timestamp()")

    await talent.db.run(make_due)
    return await Deferred("talent", talent.db, talent.inbox.handle).run_due()
