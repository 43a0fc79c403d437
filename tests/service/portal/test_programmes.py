"""What the academy offers, and whom it reached, by pages without scripts."""

import csv
import io
from collections.abc import AsyncGenerator
from uuid import uuid4

import httpx
import pytest

from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.service.portal.scene import a_scene
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

TYPED = {
    "family": "complete_leadership_series",
    "title": "Leading with hope",
    "levels": "We",
    "audience": "everyone",
    "provider": "Northfield Learning",
    "attend": "some",
    "sessions": "3",
    "late_entry": "none",
}


@pytest.fixture
async def enrolment(portal: PortalUnderTest) -> EnrolmentService:
    service = EnrolmentService(portal.services["enrolment"])
    await service.it_is(NOW)
    return service


@pytest.fixture
async def lead(portal: PortalUnderTest, enrolment: EnrolmentService) -> AsyncGenerator[httpx.AsyncClient]:
    async with portal.somebody(persona="programme-lead") as lead:
        yield lead


def a_code() -> str:
    return f"NEW{uuid4().hex[:6]}"


async def added(lead: httpx.AsyncClient, code: str, **typed: str) -> httpx.Response:
    form = Html(await lead.get("/programmes/new")).form("/programmes/new")
    return await form.send(lead, code=code, **(TYPED | typed))


async def test_a_programme_is_added_changed_retired_and_offered_again(lead: httpx.AsyncClient) -> None:
    code = a_code()
    page = Html(await added(lead, code))
    assert "The programme is offered" in page.words
    assert "3 sessions" in page.words
    edit = f"/programmes/{code}/edit"
    changed = Html(await Html(await lead.get(edit)).form(edit).send(lead, title="Leading with more hope"))
    assert "Leading with more hope" in changed.words
    assert "title from Leading with hope to Leading with more hope" in changed.words
    retire = f"/programmes/{code}/retire"
    retired = Html(await Html(await lead.get(retire)).form(retire).send(lead))
    assert "it is offered no more" in retired.words
    again = Html(await Html(await lead.get(edit)).form(edit).send(lead))
    assert "it is offered no more" not in again.words


async def test_a_code_that_another_programme_has_is_told_beside_what_was_typed(lead: httpx.AsyncClient) -> None:
    code = a_code()
    await added(lead, code)
    refused = await added(lead, code, title="Another")
    assert (refused.status_code, "There is a programme of that code already" in Html(refused).words) == (422, True)
    assert Html(refused).form("/programmes/new").value("title") == "Another"


async def test_what_is_left_out_is_told_all_at_once(lead: httpx.AsyncClient) -> None:
    form = Html(await lead.get("/programmes/new")).form("/programmes/new")
    refused = await form.send(lead, sessions="", attend="some", title="")
    words = Html(refused).words
    assert refused.status_code == 422
    for wanted in ("Enter a code", "Enter a title", "Choose at least one level", "Enter how many sessions"):
        assert wanted in words, wanted


async def test_of_two_who_change_a_programme_the_second_sees_both(lead: httpx.AsyncClient) -> None:
    code = a_code()
    await added(lead, code)
    edit = f"/programmes/{code}/edit"
    form = Html(await lead.get(edit)).form(edit)
    await form.send(lead, title="Theirs")
    stale = Html(await form.send(lead, title="Mine"))
    assert "Somebody else changed this" in stale.words
    assert "Theirs" in stale.words
    assert "Mine" in Html(await stale.form(edit).send(lead)).words


@pytest.mark.parametrize("code", ["nothing-here", "..%2fcohorts"])
async def test_a_programme_that_is_not_there_is_a_page(lead: httpx.AsyncClient, code: str) -> None:
    assert (await lead.get(f"/programmes/{code}")).status_code == 404


async def test_the_report_shows_the_numbers_of_its_csv(portal: PortalUnderTest) -> None:
    """Of October, when the scene's session was held; people came to it."""
    await a_scene(portal, uuid4())
    asked = {"from": "2020-10", "to": "2020-10", "audience": "internal"}
    async with portal.somebody(persona="region-lead") as region:
        page, table = [await region.get(f"/reports/{name}", params=asked) for name in ("reach", "reach.csv")]
    lines = {
        (line["breakdown"], line["measure"]): line["figure"]
        for line in csv.DictReader(io.StringIO(table.text.lstrip("\ufeff")))
    }
    assert int(lines["all", "enrolments"]) >= 3
    assert f"places taken {int(lines['all', 'enrolments']):,}" in Html(page).words


async def test_months_that_make_no_period_are_told_at_their_field(lead: httpx.AsyncClient) -> None:
    strange = (
        {"from": "2020-13"},
        {"from": "2020-10", "to": "2020-09"},
        {"to": "soon"},
        {"from": "2020-05", "to": "2020-06"},
    )
    for asked in strange:
        page = await lead.get("/reports/reach", params=asked)
        assert (page.status_code, "There is a problem" in Html(page).words) == (422, True), asked


async def test_a_period_that_is_not_over_says_so(lead: httpx.AsyncClient) -> None:
    page = await lead.get("/reports/reach", params={"from": "2031-01", "to": "2031-01"})
    assert (page.status_code, "Nothing is published of these months yet" in Html(page).words) == (200, True)
