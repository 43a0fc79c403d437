"""What the links in mails open, without a login."""

from typing import Any

import httpx
import pytest

from shared.ids import PersonId, new_id
from tests.service.enrolment.enrolment import AFTER, EnrolmentService
from tests.support.links import LINKS


async def visit(enrolment: EnrolmentService, room: str, ref: str, **query: str) -> httpx.Response:
    """As a browser does: no token, no time of its own."""
    client = enrolment.as_("learner")
    del client.headers["Authorization"]
    return await client.get(f"/{room}/{ref}", params=query, headers={"Accept": "text/html"})


async def held(enrolment: EnrolmentService, **cohort: Any) -> tuple[dict[str, Any], PersonId, str]:
    """A session, somebody with a place in it, and their enrolment."""
    await enrolment.programme()
    opened = await enrolment.cohort(**cohort)
    session = await enrolment.session(opened)
    (person,) = await enrolment.people(1)
    return session, PersonId(person), (await enrolment.enrol(opened, person)).json()["enrolment_id"]


async def test_the_link_in_a_mail_opens_the_sessions_page(enrolment: EnrolmentService) -> None:
    session, person, _ = await held(enrolment, title="Autumn <b>&amp;</b> cohort")
    ref = session["join_ref"]

    answer = await visit(enrolment, "joining", ref, by=LINKS.signed(ref, person))

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Monday 12 October 2020, 10:00 to 12:00" in answer.text
    assert f'href="https://rooms.example.org/{session["cohort_id"]}"' in answer.text
    assert "Autumn &lt;b&gt;&amp;amp;&lt;/b&gt; cohort" in answer.text
    assert "Asha" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("by", [None, "", "x", "a.b", "\u2603"])
async def test_a_link_that_nobody_signed_leads_nowhere(enrolment: EnrolmentService, by: str | None) -> None:
    session, _, _ = await held(enrolment)

    answer = await visit(enrolment, "joining", session["join_ref"], **({} if by is None else {"by": by}))

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "This link leads nowhere" in answer.text
    assert "rooms.example.org" not in answer.text


async def test_the_link_of_another_person_or_session_leads_nowhere(enrolment: EnrolmentService) -> None:
    session, person, _ = await held(enrolment)
    ref, stranger = session["join_ref"], PersonId(new_id())

    for signed in (LINKS.signed(ref, stranger), LINKS.signed("an0ther-session", person)):
        assert (await visit(enrolment, "joining", ref, by=signed)).status_code == 404


async def test_a_link_ends_with_the_place(enrolment: EnrolmentService) -> None:
    session, person, place = await held(enrolment)
    await enrolment.withdraw(place)

    answer = await visit(enrolment, "joining", session["join_ref"], by=LINKS.signed(session["join_ref"], person))

    assert answer.status_code == 404


async def test_afterwards_the_page_leads_to_the_recording(enrolment: EnrolmentService) -> None:
    session, person, _ = await held(enrolment)
    join = LINKS.signed(session["join_ref"], person)
    await enrolment.it_is(AFTER)
    before = await visit(enrolment, "joining", session["join_ref"], by=join)
    path = f"/v1/sessions/{session['session_id']}/recording"
    told = await enrolment.lead(AFTER).post(path, json={"recording_url": "https://films.example.org/1"})
    ref = told.json()["recording_ref"]

    for answer in (
        await visit(enrolment, "joining", session["join_ref"], by=join),
        await visit(enrolment, "recordings", ref, by=LINKS.signed(ref, person)),
    ):
        assert 'href="https://films.example.org/1"' in answer.text
        assert "rooms.example.org" not in answer.text
    assert "This session has taken place" in before.text
    assert "films.example.org" not in before.text


async def test_a_visitor_has_no_say_in_what_time_it_is(enrolment: EnrolmentService) -> None:
    session, person, _ = await held(enrolment)
    ref = session["join_ref"]
    client = enrolment.as_("learner")
    answer = await client.get(
        f"/joining/{ref}", params={"by": LINKS.signed(ref, person)}, headers={"Academy-Time": AFTER.isoformat()}
    )
    assert "Join the session" in answer.text


async def test_a_link_that_was_cut_off_is_told_on_a_page(enrolment: EnrolmentService) -> None:
    for ref in ("short", "x" * 3_000, "\u2603", "%2e"):
        answer = await visit(enrolment, "joining", ref)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
