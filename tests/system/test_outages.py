"""Kafka or Postgres goes away while people work: they are told, nothing is lost, and all goes on by itself."""

import signal
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from academy.local.platform import Platform
from tests.support.cohorts import LEARNER, a_cohort
from tests.support.delivery import eventually
from tests.support.gateway import Visitor, visitor

STARTS = datetime(2021, 6, 8, 9, tzinfo=UTC)


async def ready(address: str) -> bool:
    async with httpx.AsyncClient() as probe:
        try:
            return (await probe.get(f"{address}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False


async def mails(academy: Platform, email: str) -> list[dict[str, Any]]:
    async with httpx.AsyncClient() as reader:
        found = await reader.get(f"{academy.address('mailbox')}/api/messages", params={"to": email})
    return found.json()["messages"]


async def a_participant(academy: Platform) -> tuple[Visitor, UUID, str]:
    """A registered participant who may enrol."""
    person = uuid4()
    email = f"ada.{person.hex[-8:]}@example.nhs.uk"
    client = await visitor(academy.address("gateway"), "participant", person_id=str(person))
    answer = await client.put(f"/enrolment/v1/learners/{person}", json=LEARNER | {"name": "Ada", "email": email})
    answer.raise_for_status()
    return client, person, email


@pytest.fixture
async def cohort(academy: Platform) -> UUID:
    replay = await visitor(academy.address("gateway"), "replay")
    return await a_cohort(replay, f"OUT-{uuid4().hex[-6:]}", starts=STARTS)


async def test_a_place_taken_while_kafka_is_away_is_confirmed_when_it_is_back(academy: Platform, cohort: UUID) -> None:
    client, person, email = await a_participant(academy)
    enrolment = academy.address("enrolment")
    academy.kill("kafka", signal.SIGKILL)

    async def not_ready() -> bool:
        return not await ready(enrolment)

    await eventually(not_ready)
    answer = await client.post(f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})
    assert answer.status_code == 201, answer.text

    async def confirmed() -> bool:
        return len(await mails(academy, email)) == 1

    await eventually(confirmed, seconds=90)
    assert await ready(enrolment)


async def test_while_postgres_is_away_people_are_told_and_nothing_is_half_done(academy: Platform, cohort: UUID) -> None:
    client, person, email = await a_participant(academy)
    enrolment = academy.address("enrolment")
    key = {"Idempotency-Key": str(uuid4())}
    academy.kill("postgres", signal.SIGKILL)
    told = await client.post(f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)}, headers=key)
    assert (told.status_code, told.json()["code"]) == (503, "database_away")
    assert told.headers["retry-after"]

    async def back() -> bool:
        return await ready(enrolment)

    await eventually(back, seconds=60)
    again = await client.post(
        f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)}, headers=key
    )
    assert again.status_code == 201, again.text

    async def confirmed() -> bool:
        return len(await mails(academy, email)) == 1

    await eventually(confirmed, seconds=90)
