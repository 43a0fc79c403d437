"""A programme lead's day, by pages without scripts; the services behind them are the real ones."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, Response

from academy.local.ports import any_free_port
from shared.web.problems import problem
from tests.service.enrolment.enrolment import EnrolmentService
from tests.service.portal.builders_enrolment import a_full_cohort
from tests.support.html import Html
from tests.support.portals import PortalUnderTest
from tests.support.serving import served

NOTHING = "c703fc42-9692-462d-9ff7-f6b1cc2333fd"
ANSWERS = {
    "programme": "CLS7",
    "title": "Trauma informed leadership, spring",
    "seats": "20",
    "places": "20",
    "opens": "1",
    "opens-month": "9",
    "opens-year": "2020",
    "opens_time": "9am",
    "closes": "11",
    "closes-month": "October",
    "closes-year": "2020",
    "closes_time": "17:00",
    "cutoff": "5",
    "session_title": "First session",
    "on": "12",
    "on-month": "10",
    "on-year": "2020",
    "starts": "10am",
    "ends": "noon",
    "join_url": "https://rooms.example.org/spring",
}
STEPS = (
    ("programme",),
    ("title", "seats", "places"),
    tuple(name for name in ANSWERS if name.startswith(("opens", "closes", "cutoff"))),
    ("session_title", "on", "on-month", "on-year", "starts", "ends", "join_url"),
)
EVERYBODY = (
    "participant",
    "system-lead",
    "session-facilitator",
    "coach",
    "talent-lead",
    "ops",
    "information-governance",
)


async def test_a_cohort_is_opened_in_four_steps_and_only_by_the_last_button(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    page, before = await lead.get("/cohorts/new"), await count(lead)
    for step in STEPS:
        page = await Html(page).form("/cohorts/new").send(lead, **{name: ANSWERS[name] for name in step})
        assert page.status_code == 200, Html(page).words
    checked = Html(page)
    assert "Check your answers" in checked.words
    assert "Monday 12 October 2020, 10am to noon" in checked.words
    assert await count(lead) == before
    form = checked.form("/cohorts/new")
    opened = await form.send(lead)
    assert "The cohort is open for applications" in Html(opened).words
    assert "Monday 12 October 2020, 10am to noon" in Html(opened).words
    assert str((await form.send(lead)).url) == str(opened.url), "the same button again opened another one"
    assert await count(lead) == before + 1


async def count(lead: httpx.AsyncClient) -> int:
    found = re.search(r"([\d,]+) cohorts?\b", Html(await lead.get("/cohorts")).words)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("step", range(4))
async def test_a_step_that_is_not_answered_well_says_so_and_keeps_what_was_typed(
    enrolment: EnrolmentService, lead: httpx.AsyncClient, step: int
) -> None:
    broken = {"programme": "", "seats": "many", "opens-month": "13", "starts": "soon"}
    name = list(broken)[step]
    asked = ANSWERS | {name: broken[name], "answered": str(step + 1)}
    page = await lead.get("/cohorts/new", params=asked)
    assert page.status_code == 422
    assert "There is a problem" in Html(page).words
    assert f"step {step + 1} of 4" in Html(page).words
    assert Html(page).form("/cohorts/new").value(name) == broken[name]


async def test_an_answer_is_changed_from_the_page_to_check(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    checked = Html(await lead.get("/cohorts/new", params=ANSWERS | {"answered": "4"}))
    [change, *_] = [link for link in checked.links if link.endswith("change=2")]
    again = await Html(await lead.get(change)).form("/cohorts/new").send(lead, seats="12")
    assert "Check your answers" in Html(again).words
    assert Html(again).form("/cohorts/new").value("seats") == "12"


async def test_what_the_service_refuses_stands_on_the_page_with_everything_typed(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    checked = Html(await lead.get("/cohorts/new", params=ANSWERS | {"answered": "4", "places": "24"}))
    refused = await checked.form("/cohorts/new").send(lead)
    assert refused.status_code == 422
    assert "There is a problem" in Html(refused).words
    assert Html(refused).form("/cohorts/new").value("title") == ANSWERS["title"]


async def test_a_first_session_that_is_refused_is_put_right_beside_the_cohort_that_is_open_by_then(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    elsewhere = ANSWERS | {"answered": "4", "join_url": "https://nowhere-known.example.com/spring"}
    before = await count(lead)
    refused = await Html(await lead.get("/cohorts/new", params=elsewhere)).form("/cohorts/new").send(lead)
    assert (refused.status_code, "its first session is not there yet" in Html(refused).words) == (422, True)
    [form] = [form for form in Html(refused).forms if form.action.endswith("/sessions/new")]
    added = await form.send(lead, join_url=ANSWERS["join_url"])
    assert (added.status_code, "The session was added." in Html(added).words) == (200, True), Html(added).words
    assert await count(lead) == before + 1


async def test_a_cohort_at_a_glance(enrolment: EnrolmentService, lead: httpx.AsyncClient) -> None:
    cohort, people = await a_full_cohort(enrolment)
    page = Html(await lead.get(f"/cohorts/{cohort}"))
    assert "1 of 1 taken, 1 waiting" in page.words
    assert page.words.count("Marlowe") >= 2
    assert any(f"/people/{people[0]}/" in link and link.endswith("/withdraw") for link in page.links)


async def test_somebody_is_found_by_name_and_put_on_the_waiting_list_of_a_full_cohort(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, people = await a_full_cohort(enrolment)
    found = (
        await Html(await lead.get(f"/cohorts/{cohort}/enrol"))
        .form(f"/cohorts/{cohort}/enrol")
        .send(lead, name="Marlowe")
    )
    page = Html(found)
    waits = await page.form(f"/cohorts/{cohort}/people/{people[2]}/enrol").send(lead, what="wait")
    assert "They are on the waiting list." in Html(waits).words
    assert "1 of 1 taken, 2 waiting" in Html(waits).words


async def test_who_has_a_place_already_is_told_so_on_the_page_of_the_search(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, people = await a_full_cohort(enrolment)
    page = Html(await lead.get(f"/cohorts/{cohort}/enrol", params={"name": "Marlowe"}))
    refused = await page.form(f"/cohorts/{cohort}/people/{people[0]}/enrol").send(lead, what="wait")
    assert (refused.status_code, "There is a problem" in Html(refused).words) == (422, True)
    assert Html(refused).form(f"/cohorts/{cohort}/enrol").value("name") == "Marlowe"


async def test_a_place_is_given_up_on_somebodys_behalf_and_goes_to_who_waits(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, people = await a_full_cohort(enrolment)
    glance = Html(await lead.get(f"/cohorts/{cohort}"))
    [asking] = [link for link in glance.links if f"/people/{people[0]}/" in link]
    form = Html(await lead.get(asking)).form(asking)
    unanswered = await form.send(lead)
    assert "Choose why the place is given up" in Html(unanswered).words
    done = Html(await form.send(lead, reason="workload"))
    assert "The place was given up." in done.words
    assert "1 of 1 taken" in done.words
    assert "waiting" not in done.words.partition("taken")[2][:10]


async def test_a_session_is_added_changed_and_cancelled(enrolment: EnrolmentService, lead: httpx.AsyncClient) -> None:
    cohort = await enrolment.cohort()
    form = Html(await lead.get(f"/cohorts/{cohort}/sessions/new")).form(f"/cohorts/{cohort}/sessions/new")
    typed = {name: ANSWERS[name] for name in STEPS[3]}
    added = Html(await form.send(lead, **typed))
    assert "The session was added." in added.words
    [edit] = [link for link in added.links if link.endswith("/edit") and link.startswith("/sessions/")]
    edited = Html(await Html(await lead.get(edit)).form(edit).send(lead, starts="11am"))
    assert "Monday 12 October 2020, 11am to noon" in edited.words
    [cancel] = [link for link in edited.links if link.endswith("/cancel") and link.startswith("/sessions/")]
    cancelled = Html(await Html(await lead.get(cancel)).form(cancel).send(lead, reason="facilitator_unavailable"))
    assert "The session was cancelled." in cancelled.words


async def test_a_session_that_ends_before_it_begins_is_refused_beside_what_was_typed(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort = await enrolment.cohort()
    form = Html(await lead.get(f"/cohorts/{cohort}/sessions/new")).form(f"/cohorts/{cohort}/sessions/new")
    refused = await form.send(lead, **({name: ANSWERS[name] for name in STEPS[3]} | {"ends": "9am"}))
    assert (refused.status_code, "There is a problem" in Html(refused).words) == (422, True)
    assert Html(refused).form(f"/cohorts/{cohort}/sessions/new").value("ends") == "9am"


async def test_of_two_who_change_a_cohort_the_second_sees_both_and_chooses(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort = await enrolment.cohort(title="As it was")
    form = Html(await lead.get(f"/cohorts/{cohort}/edit")).form(f"/cohorts/{cohort}/edit")
    assert "The cohort was changed." in Html(await form.send(lead, title="Theirs")).words
    stale = await form.send(lead, title="Mine")
    page = Html(stale)
    assert stale.status_code == 422
    assert "Somebody else changed this" in page.words
    assert "Theirs" in page.words
    assert page.form(f"/cohorts/{cohort}/edit").value("title") == "Mine"
    assert "The cohort was changed." in Html(await page.form(f"/cohorts/{cohort}/edit").send(lead)).words


async def test_of_two_who_change_a_session_the_second_sees_both_and_chooses(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    path = f"/sessions/{(await enrolment.session(await enrolment.cohort()))['session_id']}/edit"
    form = Html(await lead.get(path)).form(path)
    assert "The session was changed." in Html(await form.send(lead, ends="1pm")).words
    page = Html(await form.send(lead, ends="2pm"))
    assert "When 12 10 2020, 10:00 to 13:00 12 10 2020, 10:00 to 2pm" in page.words
    assert "10am to 2pm" in Html(await page.form(path).send(lead)).words


async def test_a_cohort_is_cancelled_with_a_reason_after_what_follows_was_read(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, _ = await a_full_cohort(enrolment)
    asking = Html(await lead.get(f"/cohorts/{cohort}/cancel"))
    assert "1 person has a place, 1 wait" in asking.words
    done = Html(await asking.form(f"/cohorts/{cohort}/cancel").send(lead, reason="too_few_people"))
    assert "The cohort was cancelled." in done.words
    history = Html(await lead.get(f"/cohorts/{cohort}/history"))
    assert "Cancelled" in history.words


async def test_lists_keep_their_filters(enrolment: EnrolmentService, lead: httpx.AsyncClient) -> None:
    title = f"Of its own {uuid4()}"
    cohort = await enrolment.cohort(title=title)
    await enrolment.session(cohort, datetime(2021, 2, 3, 10, tzinfo=UTC))
    page = Html(await lead.get("/cohorts", params={"programme": "CLS7", "month": "2021-02", "state": ""}))
    assert title in page.words
    assert page.form("/cohorts").value("month") == "2021-02"
    none = Html(await lead.get("/cohorts", params={"month": "2031-02"}))
    assert "No cohort is like that." in none.words


@pytest.mark.parametrize("persona", EVERYBODY)
async def test_nobody_else_opens_a_cohort(
    portal: PortalUnderTest, enrolment: EnrolmentService, lead: httpx.AsyncClient, persona: str
) -> None:
    form = Html(await lead.get("/cohorts/new", params=ANSWERS | {"answered": "4"})).form("/cohorts/new")
    async with portal.somebody(persona=persona) as other:
        csrf = Html(await other.get("/cohorts")).form("/sign-out").value("csrf")
        assert (await form.send(other, csrf=csrf)).status_code == 403


@pytest.mark.parametrize("path", ["/cohorts", "/cohorts/new", f"/cohorts/{NOTHING}", f"/sessions/{NOTHING}/edit"])
async def test_who_is_not_signed_in_signs_in_first_and_comes_back(
    portal: PortalUnderTest, visitor: httpx.AsyncClient, path: str
) -> None:
    page = await visitor.get(path)
    assert "Sign in to the academy" in page.text
    back = await visitor.get(page.url.copy_merge_params({"persona": "programme-lead"}))
    assert back.url.path == path


@pytest.mark.parametrize(
    "path", [f"/cohorts/{NOTHING}", f"/cohorts/{NOTHING}/edit", f"/sessions/{NOTHING}/cancel", "/cohorts/nothing"]
)
async def test_what_is_not_there_is_a_page(lead: httpx.AsyncClient, path: str) -> None:
    assert (await lead.get(path)).status_code == 404


async def test_a_crafted_address_does_not_withdraw_somebody_else(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, people = await a_full_cohort(enrolment)
    other, others = await a_full_cohort(enrolment)
    [theirs] = [
        link for link in Html(await lead.get(f"/cohorts/{cohort}")).links if f"/people/{people[0]}/enrol" in link
    ]
    assert (await lead.get(theirs)).status_code == 200
    for crafted in (theirs.replace(str(people[0]), str(others[0])), theirs.replace(cohort, other)):
        assert (await lead.get(crafted)).status_code == 404, crafted


async def test_of_a_long_list_everybody_is_on_some_page_and_the_queue_on_each(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort = await enrolment.cohort(places=101)
    people = await enrolment.people(103)
    for person in people[:101]:
        await enrolment.enrol(cohort, person)
    for person in people[101:]:
        await enrolment.wait_for(cohort, person)
    first = Html(await lead.get(f"/cohorts/{cohort}"))
    [further] = [link for link in first.links if "after=" in link]
    second = Html(await lead.get(further))
    for page in (first, second):
        assert "Nobody waits." not in page.words
        assert all(f"/people/{person}" in page.links for person in people[101:])
    assert {person for person in people[:101] if f"/people/{person}" not in first.links} == {people[100]}
    assert f"/people/{people[100]}" in second.links


@asynccontextmanager
async def out_of_reach(portal: PortalUnderTest, port: int) -> AsyncGenerator[None]:
    """The portal asks for the services at that port."""
    known = portal.app.state.http
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as elsewhere:
        portal.app.state.http = elsewhere
        yield
        portal.app.state.http = known


@asynccontextmanager
async def answering(status: int | None) -> AsyncGenerator[int]:
    """The port of a gateway that finds no service, and says so by that status; of nobody where there is none."""
    port, app = any_free_port(), FastAPI()

    @app.get("/readyz")
    async def ready() -> None:
        return

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def away(path: str) -> Response:
        del path
        return problem(status or 0, "service_unavailable", "The service is away for the moment.")

    if status is None:
        yield port
        return
    async with served(app, port):
        yield port


@pytest.mark.parametrize("status", [None, 502, 503, 504])
async def test_what_was_sent_while_a_service_was_away_is_kept_and_sent_again_by_one_button(
    portal: PortalUnderTest, enrolment: EnrolmentService, lead: httpx.AsyncClient, status: int | None
) -> None:
    before, checked = await count(lead), Html(await lead.get("/cohorts/new", params=ANSWERS | {"answered": "4"}))
    async with answering(status) as port, out_of_reach(portal, port):
        away = await checked.form("/cohorts/new").send(lead)
    assert (away.status_code, "Sorry, a part of the service is away" in Html(away).words) == (503, True)
    again = Html(away).form("/cohorts/new")
    for _ in range(2):
        assert "The cohort is open for applications" in Html(await again.send(lead)).words
    assert await count(lead) == before + 1
