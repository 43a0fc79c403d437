"""Operations in a browser: what is stuck, what would happen, the act, and that it was written down."""

import re
from collections.abc import AsyncGenerator
from html import unescape
from uuid import uuid4

import httpx
import pytest

from shared.contracts.talent.members import PoolReadinessChanged
from tests.service.portal.builders_operations import a_dead_event, a_parked_event
from tests.support.databases import rows
from tests.support.portals import PortalUnderTest

PAGES = [
    "/operations",
    "/operations/topics",
    "/operations/dead",
    "/operations/parked",
    "/operations/actions",
    "/operations/messages",
]
WHY = "the code list was mended"


@pytest.fixture
async def ops(portal: PortalUnderTest) -> AsyncGenerator[httpx.AsyncClient]:
    async with portal.somebody(persona="ops") as visitor:
        yield visitor


def hidden(page: httpx.Response, name: str) -> str:
    found = re.findall(rf'name="{name}" value="([^"]+)"', page.text)
    assert found, page.text
    return unescape(found[-1])


def filled_in(page: httpx.Response, **typed: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in ("csrf", "idempotency_key")} | typed


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_has_its_heading(ops: httpx.AsyncClient, path: str) -> None:
    page = await ops.get(path)
    assert page.status_code == 200
    assert len(re.findall("<h1", page.text)) == 1


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("persona", ["programme-lead", "information-governance", "participant"])
async def test_they_are_for_nobody_else(portal: PortalUnderTest, path: str, persona: str) -> None:
    async with portal.somebody(persona=persona) as visitor:
        page = await visitor.get(path)
    assert page.status_code == 403
    assert "You cannot see this page" in page.text


async def test_who_has_not_signed_in_is_led_to_it(portal: PortalUnderTest) -> None:
    async with portal.visitor() as visitor:
        visitor.follow_redirects = False
        page = await visitor.get("/operations/dead?state=gap")
    assert page.headers["location"] == "/sign-in?back=/operations/dead%3Fstate%3Dgap"


async def test_a_service_that_is_away_hides_no_other(ops: httpx.AsyncClient) -> None:
    """Coaching does not run here."""
    page = await ops.get("/operations")
    assert "Coaching does not answer" in page.text
    assert page.text.count(">Running<") == 3
    assert "Not answering, so not in this list: coaching." in (await ops.get("/operations/dead")).text


async def test_what_needs_a_decision_is_told_and_leads_there(portal: PortalUnderTest, ops: httpx.AsyncClient) -> None:
    event_id = await a_dead_event(portal.services["talent"])
    page = await ops.get("/operations")
    [href] = re.findall(r'<a href="([^"]+)">\d+ dead events? at talent', page.text)
    assert f"/operations/dead/talent/{event_id}" in (await ops.get(unescape(href))).text


async def test_a_dead_event_tells_what_failed(portal: PortalUnderTest, ops: httpx.AsyncClient) -> None:
    talent = portal.services["talent"]
    event_id = await a_dead_event(talent)
    [(envelope,)] = await rows(talent.db, "select envelope from deferred where event_id = $1", event_id)
    page = await ops.get(f"/operations/dead/talent/{event_id}")
    for told in (
        envelope["correlation_id"],
        "ProgrammeCompleted at talent",
        "Needs a decision",
        "ValidationError",
        "1 event",
        "nonsense",
    ):
        assert told in page.text


async def test_what_a_restricted_topic_says_is_not_shown(portal: PortalUnderTest, ops: httpx.AsyncClient) -> None:
    event_id = await a_dead_event(portal.services["notifications"], PoolReadinessChanged)
    page = await ops.get(f"/operations/dead/notifications/{event_id}")
    assert page.text.count("withheld: restricted topic") == 2
    assert "nonsense" not in page.text


async def test_nothing_happens_before_it_was_shown_and_a_reason_given(
    portal: PortalUnderTest, ops: httpx.AsyncClient
) -> None:
    talent = portal.services["talent"]
    event_id = await a_dead_event(talent)
    place = f"/operations/dead/talent/{event_id}/skip"
    asked = await ops.get(place)
    assert "1 event would go on behind it. This cannot be taken back." in asked.text
    refused = await ops.post(place, data=filled_in(asked, reason=" "))
    assert refused.status_code == 422
    assert "Enter a reason" in refused.text
    assert hidden(refused, "idempotency_key") == hidden(asked, "idempotency_key")
    assert await rows(talent.db, "select 1 from deferred where event_id = $1 and state = 'dead'", event_id)


async def test_what_was_typed_is_kept_where_the_service_refuses_it(
    portal: PortalUnderTest, ops: httpx.AsyncClient
) -> None:
    place = f"/operations/dead/talent/{await a_dead_event(portal.services['talent'])}/skip"
    refused = await ops.post(place, data=filled_in(await ops.get(place), reason="x"))
    assert refused.status_code == 422
    assert re.search(r"<textarea[^>]*>x</textarea>", refused.text)
    assert 'href="#reason"' in refused.text


async def test_an_act_sent_twice_is_one_and_stands_in_the_list(portal: PortalUnderTest, ops: httpx.AsyncClient) -> None:
    talent = portal.services["talent"]
    event_id = await a_dead_event(talent)
    place = f"/operations/dead/talent/{event_id}/skip"
    form = filled_in(await ops.get(place), reason=WHY)
    first, second = await ops.post(place, data=form), await ops.post(place, data=form)
    for page in (first, second):
        assert page.url.path == "/operations/actions"
        assert "The event was skipped." in page.text
        assert page.text.count(str(event_id)) == 1
        assert WHY in page.text
    assert await rows(talent.db, "select reason from operator_act where $1 = any(event_ids)", event_id) == [(WHY,)]


async def test_what_would_do_nothing_is_not_offered(portal: PortalUnderTest, ops: httpx.AsyncClient) -> None:
    page = await ops.get(f"/operations/dead/talent/{await a_dead_event(portal.services['talent'])}/accept-gap")
    assert "this would do nothing" in page.text
    assert 'name="reason"' not in page.text


async def test_a_parked_event_is_sent_again(portal: PortalUnderTest, ops: httpx.AsyncClient) -> None:
    enrolment = portal.services["enrolment"]
    event_id = await a_parked_event(enrolment)
    listed = await ops.get("/operations/parked", params={"service": "enrolment"})
    assert f"/operations/parked/enrolment/{event_id}" in listed.text
    [(headers,)] = await rows(enrolment.db, "select headers from outbox where event_id = $1", event_id)
    page = await ops.get(f"/operations/parked/enrolment/{event_id}")
    assert "MessageSizeTooLargeError" in page.text
    assert headers["correlationid"] in page.text
    place = f"/operations/parked/enrolment/{event_id}/retry"
    done = await ops.post(place, data=filled_in(await ops.get(place), reason=WHY))
    assert "The event is sent again within seconds." in done.text
    assert not await rows(enrolment.db, "select 1 from outbox where event_id = $1 and parked_at is not null", event_id)


@pytest.mark.parametrize("place", ["dead/talent/{}", "dead/talent/{}/burn", "parked/nowhere/{}", "dead/talent/17"])
async def test_there_is_no_page_of_what_is_not_stuck(ops: httpx.AsyncClient, place: str) -> None:
    assert (await ops.get(f"/operations/{place.format(uuid4())}")).status_code == 404


async def test_information_governance_finds_the_mails_to_a_person(portal: PortalUnderTest) -> None:
    async with portal.somebody(persona="information-governance") as visitor:
        assert (
            "There is no such mail"
            in (await visitor.get("/operations/messages/people", params={"person_id": str(uuid4()), "state": ""})).text
        )
        refused = await visitor.get("/operations/messages/people", params={"person_id": "Asha"})
    assert 'value="Asha"' in refused.text
    assert "36 characters" in refused.text


async def test_operators_are_not_told_to_whom_mails_go(ops: httpx.AsyncClient) -> None:
    assert (await ops.get("/operations/messages/people")).status_code == 403
