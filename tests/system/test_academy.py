"""One running academy: a place becomes an invitation, whatever goes away meanwhile, and roles end in good order."""

import asyncio
import math
import re
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from icalendar import Calendar, Event

from academy.local.layout import PARTS, ROOT
from academy.local.platform import Platform
from academy.local.ports import any_free_port
from academy.services import SERVICES
from tests.support.cohorts import LEARNER, a_cohort
from tests.support.delivery import PATIENCE, eventually, patience
from tests.support.folders import folder_anyone_may_cross
from tests.support.gateway import Visitor, visitor
from tests.support.platform import a_plan

pytestmark = pytest.mark.timeout(900)

STARTS = datetime(2021, 7, 6, 9, tzinfo=UTC)
TITLE, ROOM = "Leading compassionately", "https://teams.example.org/meet/1"
"""What `a_cohort` calls its session, and where that is held."""


@pytest.fixture(scope="module")
async def platform() -> AsyncGenerator[Platform]:
    """Every part and every service, in replay time; what dies is started again."""
    with folder_anyone_may_cross() as folder:
        async with Platform(a_plan(folder, parts=PARTS, services=SERVICES, clock="replay")) as platform:
            watching = asyncio.create_task(platform.watch())
            yield platform
            watching.cancel()


@pytest.fixture
async def cohort(platform: Platform) -> UUID:
    replay = await visitor(platform.address("gateway"), "replay")
    return await a_cohort(replay, f"CLS-{uuid4().hex[-6:]}", starts=STARTS)


@asynccontextmanager
async def away(platform: Platform, part: str) -> AsyncGenerator[None]:
    """The part is killed, and not started again before the block ends, however long that takes."""
    process = platform._supervisor._managed_process(part)  # pyright: ignore[reportPrivateUsage] people never want this
    process.restart_at = math.inf
    platform.kill(part, signal.SIGKILL)
    try:
        await process.child.ended()
        yield
    finally:
        process.restart_at = None


async def ready(address: str) -> bool:
    async with httpx.AsyncClient(timeout=PATIENCE) as probe:
        try:
            return (await probe.get(f"{address}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False


async def mailbox(platform: Platform, path: str, **asked: str) -> Any:
    async with httpx.AsyncClient(timeout=PATIENCE) as reader:
        return (await reader.get(f"{platform.address('mailbox')}/api/messages{path}", params=asked)).json()


async def mails(platform: Platform, email: str) -> dict[str, str]:
    """Message-ID and number of the mails to that address: one that is sent again keeps its Message-ID."""
    found = await mailbox(platform, "", to=email)
    return {mail["message_id"]: mail["id"] for mail in found["messages"]}


async def a_participant(platform: Platform) -> tuple[Visitor, UUID, str]:
    """A participant whom staff have registered, and who may enrol."""
    person = uuid4()
    email = f"ada.{person.hex[-8:]}@example.nhs.uk"
    client = await visitor(platform.address("gateway"), "participant", person_id=str(person))
    staff = await visitor(platform.address("gateway"), "replay")
    answer = await staff.put(f"/enrolment/v1/learners/{person}", json=LEARNER | {"name": "Ada", "email": email})
    answer.raise_for_status()
    return client, person, email


async def a_confirmation(platform: Platform, cohort: UUID) -> Any:
    """The mail to somebody who has taken a place."""
    client, person, email = await a_participant(platform)
    enrolled = await client.post(f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})
    assert enrolled.status_code == 201, enrolled.text
    await eventually(lambda: mails(platform, email))
    [number] = (await mails(platform, email)).values()
    return await mailbox(platform, f"/{number}")


def the_entry(mail: Any) -> Event:
    [event] = Calendar.from_ical(mail["calendar"]).events
    return event


def the_link(mail: Any) -> str:
    [link] = re.findall(r"https?://\S+/joining/\S+", mail["text"])
    return link


async def opened(link: str) -> tuple[int, str, str]:
    """Status, media type and page, for somebody who has nothing but the link."""
    async with httpx.AsyncClient(timeout=PATIENCE) as anyone:
        answer = await anyone.get(link)
    return answer.status_code, answer.headers["content-type"].partition(";")[0], answer.text


def with_another_signature(link: str) -> str:
    """One character differs, the first: the last one also carries bits that say nothing."""
    told, _, signature = link.rpartition(".")
    return f"{told}.{'B' if signature.startswith('A') else 'A'}{signature[1:]}"


async def test_a_place_taken_through_the_gateway_becomes_an_invitation_in_the_mailbox(
    platform: Platform, cohort: UUID
) -> None:
    mail = await a_confirmation(platform, cohort)
    start = the_entry(mail).start
    assert isinstance(start, datetime)
    assert start.astimezone(UTC) == STARTS
    assert "Ada" in mail["text"]


async def test_the_link_in_a_mail_opens_the_session_through_the_gateway_for_whoever_has_it(
    platform: Platform, cohort: UUID
) -> None:
    mail = await a_confirmation(platform, cohort)
    link = the_link(mail)
    assert link.startswith(f"{platform.address('gateway')}/enrolment/joining/")
    assert the_entry(mail)["LOCATION"] == link
    status, media_type, page = await opened(link)
    assert (status, media_type) == (200, "text/html"), page
    assert TITLE in page
    assert ROOM in page


async def test_a_link_whose_signature_differs_by_a_character_leads_nowhere(platform: Platform, cohort: UUID) -> None:
    link = the_link(await a_confirmation(platform, cohort))
    status, media_type, page = await opened(with_another_signature(link))
    assert (status, media_type) == (404, "text/html"), page
    assert "This link leads nowhere" in page
    assert TITLE not in page
    assert ROOM not in page


async def test_an_address_that_people_give_is_confirmed_through_the_gateway_by_whoever_has_the_link(
    platform: Platform, cohort: UUID
) -> None:
    person, gateway = uuid4(), platform.address("gateway")
    email = f"own.{person.hex[-8:]}@example.nhs.uk"
    client = await visitor(gateway, "participant", person_id=str(person))
    kept = await client.put(f"/enrolment/v1/learners/{person}", json=LEARNER | {"name": "Ada", "email": email})
    kept.raise_for_status()
    await client.post(f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})
    await eventually(lambda: mails(platform, email))
    [question] = (await mails(platform, email)).values()
    [link] = re.findall(r"https?://\S+/address\?\S+", (await mailbox(platform, f"/{question}"))["text"])
    assert link.startswith(f"{gateway}/notifications/")
    status, media_type, page = await opened(link)
    assert (status, media_type) == (200, "text/html"), page

    async with httpx.AsyncClient(timeout=PATIENCE) as anyone:
        [action] = re.findall(r'<form method="post" action="(\S+)">', page)
        answer = await anyone.post(httpx.URL(link).join(action.replace("&amp;", "&")))
    assert (answer.status_code, "This address is confirmed" in answer.text) == (200, True), answer.text

    async def told_of_the_place() -> bool:
        return len(await mails(platform, email)) == 2

    await eventually(told_of_the_place)


@pytest.mark.parametrize("part", [*SERVICES, "problems", "issuer", "mailbox"])
async def test_every_part_answers_head_and_what_is_no_http(platform: Platform, part: str) -> None:
    url = httpx.URL(platform.address(part))
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        head = await client.head(f"{url}/readyz")
    assert (head.status_code, head.content) == (200, b"")
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\nX-Name: a\0b\r\n\r\n")
        answer = await reader.read()
        writer.close()
    assert b"content-type: application/problem+json" in answer
    assert b'"code":"no_http_request"' in answer


async def test_a_place_taken_while_kafka_is_away_is_confirmed_when_it_is_back(platform: Platform, cohort: UUID) -> None:
    client, person, email = await a_participant(platform)
    enrolment = platform.address("enrolment")

    async def not_ready() -> bool:
        return not await ready(enrolment)

    async with away(platform, "kafka"):
        await eventually(not_ready)
        answer = await client.post(f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})
        assert answer.status_code == 201, answer.text

    async def confirmed() -> bool:
        return len(await mails(platform, email)) == 1

    await eventually(lambda: ready(enrolment))
    await eventually(confirmed)


async def test_while_postgres_is_away_people_are_told_and_nothing_is_half_done(
    platform: Platform, cohort: UUID
) -> None:
    client, person, email = await a_participant(platform)
    enrolment = platform.address("enrolment")
    key = {"Idempotency-Key": str(uuid4())}
    path, asked = f"/enrolment/v1/cohorts/{cohort}/enrolments", {"person_id": str(person)}
    async with away(platform, "postgres"):
        told = await client.post(path, json=asked, headers=key)
    assert (told.status_code, told.json()["code"]) == (503, "database_unavailable")
    assert told.headers["retry-after"]

    await eventually(lambda: ready(enrolment))
    again = await client.post(path, json=asked, headers=key)
    assert again.status_code == 201, again.text

    async def confirmed() -> bool:
        return len(await mails(platform, email)) == 1

    await eventually(confirmed)


@pytest.mark.parametrize("role", ["api", "consumer", "relay"])
async def test_a_role_told_to_end_does_so_in_good_order(platform: Platform, role: str) -> None:
    """Exit code 0, and no lane or partition is left waiting."""
    port = any_free_port()
    environment = platform.environment("talent") | {"ACADEMY_TALENT_HTTP_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.talent", role, env=environment, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await eventually(lambda: ready(f"http://127.0.0.1:{port}"))
        process.send_signal(signal.SIGTERM)
        async with patience():
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
