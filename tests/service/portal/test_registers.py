"""Registers, taken by whoever runs the session and by programme leads on one page."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.support.html import Html, HtmlForm
from tests.support.portals import PortalUnderTest

PROVIDER = "Midlands leadership academy"
TAKERS = ("session-facilitator", "programme-lead")


@dataclass(frozen=True, slots=True)
class Running:
    """A session that is on, and who has a place in it."""

    cohort: str
    session: str
    people: list[UUID]

    @property
    def path(self) -> str:
        return f"/sessions/{self.session}/register"

    async def form(self, visitor: httpx.AsyncClient) -> HtmlForm:
        page = await visitor.get(self.path)
        assert page.status_code == 200, page.text
        return Html(page).form(self.path)


@pytest.fixture
async def enrolment(enrolment: EnrolmentService) -> EnrolmentService:
    await enrolment.programme("RUN1", provider=PROVIDER, late_entry="while_running")
    return enrolment


@pytest.fixture
async def running(enrolment: EnrolmentService) -> Running:
    return await a_running_session(enrolment, 3)


@pytest.fixture
async def facilitator(portal: PortalUnderTest) -> AsyncGenerator[httpx.AsyncClient]:
    async with portal.somebody(persona="session-facilitator") as facilitator:
        yield facilitator


async def a_running_session(enrolment: EnrolmentService, people: int) -> Running:
    cohort = await enrolment.cohort(programme="RUN1", places=200, title=f"Cohort {uuid4()}")
    session = (await enrolment.session(cohort, NOW - timedelta(hours=1), minutes=240))["session_id"]
    enrolled = await enrolment.people(people)
    for person in enrolled:
        assert (await enrolment.enrol(cohort, person)).status_code == 201
    return Running(cohort, session, enrolled)


async def lines(enrolment: EnrolmentService, running: Running) -> dict[str, dict[str, object]]:
    answer = await enrolment.lead().get(f"/v1/sessions/{running.session}/register", params={"limit": 100})
    return {line["person_id"]: line for line in answer.json()["items"]}


@pytest.mark.parametrize("persona", TAKERS)
async def test_a_register_is_saved_at_once_and_each_row_says_what_became_of_it(
    portal: PortalUnderTest, enrolment: EnrolmentService, running: Running, persona: str
) -> None:
    first, second, third = running.people
    async with portal.somebody(persona=persona) as visitor:
        form = await running.form(visitor)
        saved = Html(await form.send(visitor, **{f"mode-{first}": "live", f"mode-{second}": "apologies"}))
        assert "2 rows saved" in saved.words
        again = saved.form(running.path)
        assert (again.value(f"mode-{first}"), again.value(f"mode-{second}")) == ("live", "apologies")
        assert f"mode-{third}" not in dict(again.fields), "nobody chose anything of the third"
    told = await lines(enrolment, running)
    assert (told[str(second)]["on_the_day"], told[str(second)]["apologies"]) == ("missed", True)
    assert told[str(third)]["on_the_day"] is None


async def test_a_correction_says_only_what_differs_and_loses_nothing_of_the_others(
    enrolment: EnrolmentService, running: Running, facilitator: httpx.AsyncClient
) -> None:
    first, second, _ = running.people
    entered = [{"person_id": str(p), "mode": "live", "minutes": 210} for p in (first, second)]
    await enrolment.register(running.session, entered, at=NOW)
    form = await running.form(facilitator)
    assert form.value(f"mode-{first}") == "live"
    corrected = Html(await form.send(facilitator, **{f"mode-{first}": "part"}))
    assert "1 row saved" in corrected.words
    told = await lines(enrolment, running)
    assert told[str(first)]["on_the_day"] == "part"
    assert told[str(second)]["minutes"] == 210


async def test_the_same_button_again_is_one_act_and_another_choice_is_another(
    enrolment: EnrolmentService, running: Running, facilitator: httpx.AsyncClient
) -> None:
    first = running.people[0]
    form = await running.form(facilitator)
    once = await form.send(facilitator, **{f"mode-{first}": "live"})
    twice = await form.send(facilitator, **{f"mode-{first}": "live"})
    assert "1 row saved" in Html(once).words
    assert "1 row saved" in Html(twice).words
    went_back = await form.send(facilitator, **{f"mode-{first}": "missed"})
    assert "1 row saved" in Html(went_back).words
    assert (await lines(enrolment, running))[str(first)]["on_the_day"] == "missed"


async def test_a_row_that_is_refused_says_why_and_the_others_are_saved(
    enrolment: EnrolmentService, running: Running, facilitator: httpx.AsyncClient
) -> None:
    """As of somebody whose place was taken back after the form was opened."""
    first, second, _ = running.people
    form = await running.form(facilitator)
    [gone] = await enrolment.people(1)
    form.fields += [(f"mode-{gone}", "live"), (f"stood-{gone}", "")]
    refused = await form.send(facilitator, **{f"mode-{first}": "live", f"mode-{second}": "part"})
    assert refused.status_code == 422
    assert "There is a problem" in Html(refused).words
    assert "Somebody who is not in this register any more" in Html(refused).words
    assert Html(refused).words.count("Recorded") == 2
    told = await lines(enrolment, running)
    assert [told[str(person)]["on_the_day"] for person in (first, second)] == ["live", "part"]


async def test_who_changed_nothing_is_told_so(running: Running, facilitator: httpx.AsyncClient) -> None:
    unchanged = await (await running.form(facilitator)).send(facilitator)
    assert unchanged.status_code == 422
    assert "Nothing was chosen that was not there before" in Html(unchanged).words


async def test_a_register_of_more_than_a_hundred_goes_on_on_the_next_page(
    enrolment: EnrolmentService, facilitator: httpx.AsyncClient
) -> None:
    running = await a_running_session(enrolment, 101)
    page = Html(await facilitator.get(running.path))
    assert "100 people on this page" in page.words
    [after] = [link for link in page.links if "after=" in link]
    rest = Html(await facilitator.get(after))
    assert "1 person on this page" in rest.words
    [form] = [form for form in rest.forms if form.action.startswith(running.path)]
    [last] = {name for name, _ in form.buttons if name.startswith("mode-")}
    saved = await form.send(facilitator, **{last: "live"})
    assert "1 row saved" in Html(saved).words
    assert "1 person on this page" in Html(saved).words


async def test_a_session_that_has_not_begun_has_no_register_to_save(
    enrolment: EnrolmentService, facilitator: httpx.AsyncClient
) -> None:
    cohort = await enrolment.cohort(programme="RUN1")
    session = (await enrolment.session(cohort))["session_id"]
    await enrolment.enrol(cohort, (await enrolment.people(1))[0])
    page = Html(await facilitator.get(f"/sessions/{session}/register"))
    assert "The register is not open for you" in page.words
    assert f"/sessions/{session}/register" not in [form.action for form in page.forms]


@pytest.mark.parametrize(
    "persona", ["participant", "system-lead", "coach", "talent-lead", "ops", "information-governance"]
)
async def test_nobody_else_reads_or_takes_a_register(portal: PortalUnderTest, running: Running, persona: str) -> None:
    async with portal.somebody(persona=persona) as visitor:
        assert (await visitor.get(running.path)).status_code == 403


async def test_a_facilitator_finds_own_cohorts_and_their_registers(
    running: Running, facilitator: httpx.AsyncClient, enrolment: EnrolmentService
) -> None:
    await enrolment.programme()
    others = await enrolment.cohort(programme="CLS7")
    mine = Html(await facilitator.get("/facilitating", params={"programme": "RUN1"}))
    assert f"/facilitating/{running.cohort}" in mine.links
    none = Html(await facilitator.get("/facilitating", params={"programme": "CLS7"}))
    assert f"/facilitating/{others}" not in none.links
    assert running.path in Html(await facilitator.get(f"/facilitating/{running.cohort}")).links
    theirs = await enrolment.session(others)
    assert (await facilitator.get(f"/sessions/{theirs['session_id']}/register")).status_code == 404


async def test_a_facilitator_is_told_how_many_cohorts_are_their_own(
    enrolment: EnrolmentService, facilitator: httpx.AsyncClient
) -> None:
    code = await enrolment.programme("RUN2", provider=PROVIDER)
    for opened in range(1, 3):
        cohort = await enrolment.cohort(programme=code)
        await enrolment.cohort(programme=await enrolment.programme())
        page = Html(await facilitator.get("/facilitating", params={"programme": code, "state": "open"}))
        assert f"{opened} cohort" in page.words
        assert f"/facilitating/{cohort}" in page.links
