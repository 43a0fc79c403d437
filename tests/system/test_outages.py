"""Kafka or Postgres goes away while people work: they are told, nothing is lost, and all goes on by itself."""

import math
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest

from academy.local.platform import Platform
from tests.support.cohorts import LEARNER, a_cohort
from tests.support.delivery import PATIENCE, eventually
from tests.support.gateway import Visitor, visitor

pytestmark = pytest.mark.timeout(400)

STARTS = datetime(2021, 6, 8, 9, tzinfo=UTC)


@asynccontextmanager
async def away(academy: Platform, part: str) -> AsyncGenerator[None]:
    """The part is killed, and not started again before the block ends, however long that takes."""
    ward = academy._supervisor._ward(part)  # pyright: ignore[reportPrivateUsage] people never want this
    ward.restart_at = math.inf
    academy.kill(part, signal.SIGKILL)
    try:
        await ward.child.ended()
        yield
    finally:
        ward.restart_at = None


async def ready(address: str) -> bool:
    async with httpx.AsyncClient(timeout=PATIENCE) as probe:
        try:
            return (await probe.get(f"{address}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False


async def mails(academy: Platform, email: str) -> set[str]:
    """The ids of the mails to that address: one that is sent again keeps its id."""
    async with httpx.AsyncClient(timeout=PATIENCE) as reader:
        found = await reader.get(f"{academy.address('mailbox')}/api/messages", params={"to": email})
    return {mail["message_id"] for mail in found.json()["messages"]}


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

    async def not_ready() -> bool:
        return not await ready(enrolment)

    async with away(academy, "kafka"):
        await eventually(not_ready)
        answer = await client.post(f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})
        assert answer.status_code == 201, answer.text

    async def confirmed() -> bool:
        return len(await mails(academy, email)) == 1

    await eventually(lambda: ready(enrolment))
    await eventually(confirmed)


async def test_while_postgres_is_away_people_are_told_and_nothing_is_half_done(academy: Platform, cohort: UUID) -> None:
    client, person, email = await a_participant(academy)
    enrolment = academy.address("enrolment")
    key = {"Idempotency-Key": str(uuid4())}
    path, asked = f"/enrolment/v1/cohorts/{cohort}/enrolments", {"person_id": str(person)}
    async with away(academy, "postgres"):
        told = await client.post(path, json=asked, headers=key)
    assert (told.status_code, told.json()["code"]) == (503, "database_away")
    assert told.headers["retry-after"]

    await eventually(lambda: ready(enrolment))
    again = await client.post(path, json=asked, headers=key)
    assert again.status_code == 201, again.text

    async def confirmed() -> bool:
        return len(await mails(academy, email)) == 1

    await eventually(confirmed)
