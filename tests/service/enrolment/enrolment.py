"""The enrolment service as a test speaks to it: builders name only what matters to the test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.contracts.envelope import Contract
from shared.ids import new_id
from shared.postgres.database import Database, Transaction
from tests.support.services import Client, ServiceUnderTest

OPENS = datetime(2020, 9, 1, 8, tzinfo=UTC)
NOW = datetime(2020, 9, 14, 9, tzinfo=UTC)
SESSION = datetime(2020, 10, 12, 9, tzinfo=UTC)
AFTER = SESSION + timedelta(hours=3)
AWAY = {"reason": "facilitator_unavailable"}


def a_learner(*, system: Any = "QGH", **given: Any) -> dict[str, Any]:
    """Who works for the first trust of the system."""
    return {
        "name": "Asha Patel",
        "email": "asha.patel@example.nhs.uk",
        "system": system,
        "organisation": f"{system}01",
        "staff_group": "NMR",
        "profession": "NUR",
        "band": "6",
        "gender": "female",
        "ethnic_category": "H",
    } | given


def a_programme(**given: Any) -> dict[str, Any]:
    return {
        "family": "complete_leadership_series",
        "title": "Trauma informed leadership",
        "levels": ["I", "We"],
        "audience": "everyone",
        "provider": "Northfield Learning",
        "completion": {"attend": "all", "recordings_count": False},
        "over_booking": False,
    } | given


def a_cohort(**given: Any) -> dict[str, Any]:
    return {
        "programme_code": "CLS7",
        "title": "October",
        "seats": given.get("places", 20),
        "places": 20,
        "opens_at": OPENS.isoformat(),
        "closes_at": datetime(2021, 3, 31, tzinfo=UTC).isoformat(),
    } | given


def a_session(cohort: str, starts_at: datetime = SESSION, *, minutes: int = 120, **given: Any) -> dict[str, Any]:
    return {
        "title": "Session",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=minutes)).isoformat(),
        "join_url": f"https://rooms.example.org/{cohort}",
    } | given


@dataclass(slots=True)
class EnrolmentService:
    under_test: ServiceUnderTest

    @property
    def db(self) -> Database:
        return self.under_test.db

    def lead(self, at: datetime = NOW) -> Client:
        return self.under_test.as_("programme_lead", at=at)

    def as_(self, *roles: str, **claims: Any) -> Client:
        """A caller without the replay's powers, at the clock's time; claims as in the token."""
        client = self.under_test.as_(*roles, person_id=claims.get("person_id"), systems=claims.get("systems", ()))
        token = self.under_test.signer.token(*roles, **claims)
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    async def announced(self, event: type[Contract] | None = None) -> list[Any]:
        return await self.under_test.announced(event)

    async def it_is(self, moment: datetime) -> None:
        await self.under_test.clock.advance_to(moment)

    async def programme(self, code: str = "CLS7", **given: Any) -> str:
        answer = await self.lead().put(f"/v1/programmes/{code}", json=a_programme(**given))
        assert answer.status_code in {200, 201}, answer.text
        return code

    async def cohort(self, *, programme: str = "CLS7", at: datetime = NOW, **given: Any) -> str:
        answer = await self.lead(at).post("/v1/cohorts", json=a_cohort(programme_code=programme, **given))
        assert answer.status_code == 201, answer.text
        return answer.json()["cohort_id"]

    async def session(
        self, cohort: str, starts_at: datetime = SESSION, minutes: int = 120, at: datetime = NOW
    ) -> dict[str, Any]:
        body = a_session(cohort, starts_at, minutes=minutes)
        answer = await self.lead(at).post(f"/v1/cohorts/{cohort}/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def people(self, count: int, **given: Any) -> list[UUID]:
        ids = [new_id() for _ in range(count)]
        for start in range(0, count, 100):
            rows = [
                a_learner(**given) | {"person_id": str(i), "email": f"{i}@example.org"}
                for i in ids[start : start + 100]
            ]
            answer = await self.lead().post("/v1/learners/batch", json={"learners": rows})
            assert {row["outcome"] for row in answer.json()["learners"]} == {"created"}, answer.text
        return ids

    async def enrol(self, cohort: str, person: UUID, at: datetime = NOW, key: str = "") -> httpx.Response:
        body = {"person_id": str(person), "method": "self"}
        headers = {"Idempotency-Key": key} if key else {}
        return await self.lead(at).post(f"/v1/cohorts/{cohort}/enrolments", json=body, headers=headers)

    async def wait_for(self, cohort: str, person: UUID, at: datetime = NOW) -> httpx.Response:
        return await self.lead(at).post(f"/v1/cohorts/{cohort}/waiting-list", json={"person_id": str(person)})

    async def withdraw(self, enrolment: str, at: datetime = NOW) -> httpx.Response:
        return await self.lead(at).post(f"/v1/enrolments/{enrolment}/withdrawal", json={"reason": "workload"})

    async def register(self, session: str, rows: Sequence[dict[str, Any]], at: datetime = AFTER) -> list[Any]:
        answer = await self.lead(at).post(f"/v1/sessions/{session}/register", json={"rows": list(rows)})
        assert answer.status_code == 200, answer.text
        return answer.json()["rows"]

    async def held(
        self, people: Sequence[UUID], modes: Sequence[str], starts_at: datetime = SESSION, **given: Any
    ) -> str:
        """A cohort of these people whose one session was held, with what happened to each."""
        cohort = await self.cohort(places=200, **given)
        session = (await self.session(cohort, starts_at))["session_id"]
        for person in people:
            await self.enrol(cohort, person)
        rows = [row(person, mode) for person, mode in zip(people, modes, strict=True)]
        for start in range(0, len(rows), 100):
            await self.register(session, rows[start : start + 100], at=starts_at + timedelta(hours=3))
        return cohort

    async def full_cohort(self, places: int) -> tuple[str, list[str]]:
        """A cohort of the default programme with every place taken, and the enrolments that took them."""
        await self.programme()
        cohort = await self.cohort(places=places)
        answers = [await self.enrol(cohort, person) for person in await self.people(places)]
        return cohort, [answer.json()["enrolment_id"] for answer in answers]

    async def value(self, sql: str, *args: Any) -> Any:
        """One value straight from the database."""

        async def read(tx: Transaction) -> Any:
            return await tx.fetchval(sql, *args)

        return await self.db.read(read)


def row(person: UUID, mode: str, **given: Any) -> dict[str, Any]:
    """A register's row."""
    return {"person_id": str(person), "mode": mode} | given


async def put(enrolment: EnrolmentService, path: str, body: dict[str, Any], at: datetime = NOW, etag: str = "*") -> Any:
    return await enrolment.lead(at).put(path, json=body, headers={"If-Match": etag} if etag else {})
