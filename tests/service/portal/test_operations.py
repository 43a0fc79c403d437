"""Operations in a browser: what is stuck, what would happen, the act, and that it was written down."""

import re
from collections.abc import AsyncGenerator
from html import unescape
from uuid import uuid4

import httpx
import pytest

from shared.contracts.enrolment.learners import LearnerEnrolled
from shared.contracts.talent.members import PoolReadinessChanged
from tests.service.enrolment.enrolment import EnrolmentService
from tests.service.portal.builders_enrolment import somebody
from tests.service.portal.builders_operations import a_dead_event, a_parked_event
from tests.service.portal.files import rows_of
from tests.support.databases import execute, rows
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

PAGES = [
    "/operations",
    "/operations/topics",
    "/operations/dead",
    "/operations/parked",
    "/operations/actions",
    "/operations/messages",
]
FILES = ["/operations/dead.csv", "/operations/parked.csv", "/operations/messages.csv"]
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


def files(page: httpx.Response) -> list[str]:
    """The links to a list as a file."""
    return [link for link in Html(page).links if ".csv" in link]


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_has_its_heading(ops: httpx.AsyncClient, path: str) -> None:
    page = await ops.get(path)
    assert page.status_code == 200
    assert len(re.findall("<h1", page.text)) == 1


@pytest.mark.parametrize("path", [*PAGES, *FILES])
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


@pytest.mark.parametrize("reason", [WHY, ""])
@pytest.mark.parametrize("act", ["dead/talent/{}/skip", "dead/talent/{}/replay", "parked/enrolment/{}/retry"])
async def test_nothing_is_told_as_done_that_was_not(ops: httpx.AsyncClient, act: str, reason: str) -> None:
    """Somebody else was faster: the event is not stuck any more, and there is no field for a reason."""
    csrf = hidden(await ops.get("/operations"), "csrf")
    page = await ops.post(f"/operations/{act.format(uuid4())}", data={"csrf": csrf, "reason": reason})
    assert (page.status_code, "Nothing was done:" in Html(page).words) == (422, True)
    assert "Enter a reason" not in page.text
    assert "Success" not in page.text


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


async def test_a_list_is_of_a_service_that_there_is(ops: httpx.AsyncClient) -> None:
    assert (await ops.get("/operations/dead", params={"service": "../enrolment"})).status_code == 404
    assert (await ops.get("/operations/dead", params={"service": "", "state": ""})).status_code == 200
    assert (await ops.get("/operations/dead", params={"state": "nothing"})).status_code == 422


async def test_a_file_has_all_of_the_list_and_says_who_is_away(portal: PortalUnderTest, ops: httpx.AsyncClient) -> None:
    event_id = str(await a_dead_event(portal.services["talent"]))
    [link] = files(await ops.get("/operations/dead", params={"service": "talent", "state": "dead"}))
    assert link == "/operations/dead.csv?service=talent&state=dead"
    told = {row["Event"]: row for row in rows_of(await ops.get(link))}
    assert (told[event_id]["Service"], told[event_id]["State"]) == ("talent", "Needs a decision")
    everywhere = rows_of(await ops.get("/operations/dead.csv"))
    assert event_id in [row["Event"] for row in everywhere]
    assert [row["Event"] for row in everywhere if row["Service"] == "coaching"] == ["Does not answer"]


async def test_a_file_goes_on_where_the_page_ends(portal: PortalUnderTest, ops: httpx.AsyncClient) -> None:
    parked = {str(await a_parked_event(portal.services["enrolment"])) for _ in range(101)}
    [link] = files(await ops.get("/operations/parked"))
    assert parked <= {row["Event"] for row in rows_of(await ops.get(link))}


async def test_why_a_mail_did_not_leave_stands_in_words_on_the_page_and_in_the_file(
    portal: PortalUnderTest, enrolment: EnrolmentService, ops: httpx.AsyncClient
) -> None:
    person, notifications = await somebody(enrolment), portal.services["notifications"]
    await enrolment.enrol(await enrolment.cohort(), person)
    [enrolled] = [event for event in await enrolment.announced(LearnerEnrolled) if event.person_id == person]
    await notifications.receive(enrolled)
    refused = "update message set state = 'permanent-failure', failure_code = 'smtp_550' where person_id = $1"
    await execute(notifications.db, refused, person)
    why = "The mail server refused it (550)"
    async with portal.somebody(persona="information-governance") as governance:
        asked = {"person_id": str(person)}
        for visitor, path in ((ops, "/operations/messages"), (governance, "/operations/messages/people")):
            page = await visitor.get(path, params=asked if visitor is governance else {"state": "permanent-failure"})
            assert why in Html(page).words
            [link] = files(page)
            assert [row["Why not sent"] for row in rows_of(await visitor.get(link))] == [why]
            assert [row["About"] for row in rows_of(await visitor.get(link))] == ["A place is confirmed"]
        wrong = await governance.get("/operations/messages/people.csv", params={"person_id": "Asha"})
    assert wrong.url.path == "/operations/messages/people"
    assert "36 characters" in wrong.text


async def test_information_governance_finds_the_mails_to_a_person(portal: PortalUnderTest) -> None:
    async with portal.somebody(persona="information-governance") as visitor:
        assert (
            "There is no such mail"
            in (await visitor.get("/operations/messages/people", params={"person_id": str(uuid4()), "state": ""})).text
        )
        refused = await visitor.get("/operations/messages/people", params={"person_id": "Asha"})
    assert 'value="Asha"' in refused.text
    assert Html(refused).words.count("36 characters") == 3, "above, at the field, and in place of the list"


async def test_operators_are_not_told_to_whom_mails_go(ops: httpx.AsyncClient) -> None:
    assert (await ops.get("/operations/messages/people")).status_code == 403


async def test_information_governance_finds_a_person_by_name_or_address_and_then_their_mails(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    [person] = await enrolment.people(1, name="Wilhelmina Quill")
    page = "/operations/messages/people"
    async with portal.somebody(persona="information-governance") as governance:
        for who in ("wilhelm quill", f"{person}@example.org"):
            found = Html(await governance.get(page, params={"who": who}))
            [link] = [link for link in found.links if link.endswith(f"person_id={person}")]
            assert (await governance.get(link)).status_code == 200
        nobody = Html(await governance.get(page, params={"who": "nobody of that name"}))
        assert "Nobody is known by that name or address." in nobody.words
        short = await governance.get(page, params={"who": "q"})
        assert (short.status_code, Html(short).form(page).value("who")) == (422, "q")
