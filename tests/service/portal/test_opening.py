"""Opening a cohort, where answers are missing, cannot be or are refused."""

import re
from uuid import uuid4

import httpx
import pytest

from tests.service.enrolment.enrolment import EnrolmentService
from tests.service.portal.test_programme_lead import ANSWERS, count
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

CHECKED = ANSWERS | {"answered": "4"}


async def opened_with(lead: httpx.AsyncClient, **answers: str) -> httpx.Response:
    """As a form that somebody shortened, or kept for long, sends it."""
    page = Html(await lead.get("/cohorts/new", params=CHECKED))
    return await lead.post("/cohorts/new", data={"csrf": page.form("/cohorts/new").value("csrf"), **answers})


def leads_nowhere(page: httpx.Response) -> list[str]:
    """Of what is wrong, the links to fields that are not on the page."""
    fields = [link.removeprefix("#") for link in Html(page).links if link.startswith("#")]
    return [name for name in fields if f'id="{name}"' not in page.text]


@pytest.mark.parametrize(
    ("left_out", "step"), [("programme", 1), ("seats", 2), ("closes_time", 3), ("on-month", 4), ("ends", 4)]
)
async def test_an_opening_that_lacks_an_answer_asks_for_it(lead: httpx.AsyncClient, left_out: str, step: int) -> None:
    before = await count(lead)
    page = await opened_with(lead, **{name: text for name, text in ANSWERS.items() if name != left_out})
    assert (page.status_code, f"step {step} of 4" in Html(page).words) == (422, True)
    kept = Html(page).form("/cohorts/new")
    assert {name for name in ANSWERS if kept.value(name) != ANSWERS[name]} == {left_out}
    assert await count(lead) == before


@pytest.mark.parametrize("query", ["change=9", "change=-1", "answered=-3", "answered=0&change=5&programme=CLS7"])
async def test_an_address_that_was_shortened_asks_for_what_it_lacks(lead: httpx.AsyncClient, query: str) -> None:
    page = Html(await lead.get(f"/cohorts/new?{query}"))
    assert re.search("step [12] of 4", page.words)


@pytest.mark.parametrize("programme", ["GONE", "..", ".", "x" * 300])
async def test_a_programme_that_is_not_offered_is_told_with_all_that_was_typed(
    lead: httpx.AsyncClient, programme: str
) -> None:
    page = await lead.get("/cohorts/new", params=CHECKED | {"programme": programme})
    assert (page.status_code, "Choose a programme that is offered" in Html(page).words) == (422, True)
    assert Html(page).form("/cohorts/new").value("title") == ANSWERS["title"]


async def test_a_programme_that_was_retired_meanwhile_is_told(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    code = await enrolment.programme(f"GO{uuid4().hex[:6]}")
    await enrolment.lead().post(f"/v1/programmes/{code}/retirement")
    page = await lead.get("/cohorts/new", params=CHECKED | {"programme": code})
    assert "Choose a programme that is offered" in Html(page).words


async def test_a_session_that_ends_before_it_starts_is_told_before_the_cohort_is_open(
    lead: httpx.AsyncClient,
) -> None:
    before = await count(lead)
    page = await lead.get("/cohorts/new", params=CHECKED | {"ends": "9am"})
    assert (page.status_code, "step 4 of 4" in Html(page).words) == (422, True)
    assert "End time must be after the start" in Html(page).words
    assert (await opened_with(lead, **(ANSWERS | {"ends": "9am"}))).status_code == 422
    assert await count(lead) == before


@pytest.mark.parametrize(
    ("typed", "step"),
    [({"closes": "1", "closes-month": "8"}, 3), ({"title": "x" * 201}, 2), ({"title": "x" * 201, "cutoff": "900"}, 2)],
)
async def test_what_a_service_refuses_leads_to_a_field_of_its_step(
    lead: httpx.AsyncClient, typed: dict[str, str], step: int
) -> None:
    page = await opened_with(lead, **(ANSWERS | typed))
    assert (page.status_code, f"step {step} of 4" in Html(page).words) == (422, True)
    assert leads_nowhere(page) == []
    form = Html(page).form("/cohorts/new")
    assert {name: form.value(name) for name in typed} == typed


async def test_what_was_typed_outlives_a_session_that_ended(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    answers = CHECKED | {"title": "é" * 200, "join_url": f"https://rooms.example.org/{'x' * 2_000}"}
    async with portal.visitor() as visitor:
        provider = await visitor.get("/cohorts/new", params=answers)
        back = await visitor.get(provider.url.copy_merge_params({"persona": "programme-lead"}))
        assert Html(back).form("/cohorts/new").value("title") == answers["title"]


async def test_gone_back_to_and_sent_once_more_it_opens_no_second_cohort(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    before = await count(lead)
    opened = {
        str((await Html(await lead.get("/cohorts/new", params=CHECKED)).form("/cohorts/new").send(lead)).url)
        for _ in range(2)
    }
    assert (len(opened), await count(lead)) == (1, before + 1)
    other = CHECKED | {"title": "Another group"}
    await Html(await lead.get("/cohorts/new", params=other)).form("/cohorts/new").send(lead)
    assert await count(lead) == before + 2
