"""A cohort is no secret to anyone with a login: each sees as much of it as the services tell them, and no dead end."""

from datetime import timedelta

import httpx
import pytest

from academy.local.personas import PERSONAS
from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.service.portal.builders_enrolment import a_full_cohort
from tests.service.portal.test_programme_lead import EVERYBODY
from tests.support.html import Html
from tests.support.portals import PortalUnderTest
from tests.support.walks import links

COUNTING = {"region-lead", "programme-lead", "replay"}
"""Who plans cohorts; whoever runs one sees the numbers of that one."""
PROVIDER = "Midlands leadership academy"


async def refused(visitor: httpx.AsyncClient, path: str) -> dict[str, int]:
    """The links of the page that end in a refusal; the menu's own pages are of people who are not here."""
    page = await visitor.get(path)
    assert page.status_code == 200, Html(page).words
    own = [link for link in links(path, page) if not link.startswith("/my/")]
    answers = {link: (await visitor.get(link, follow_redirects=False)).status_code for link in own}
    return {link: status for link, status in answers.items() if status >= 400}


@pytest.mark.parametrize("persona", PERSONAS)
async def test_everybody_sees_a_cohort_and_those_who_plan_its_numbers(
    portal: PortalUnderTest, enrolment: EnrolmentService, persona: str
) -> None:
    cohort, _ = await a_full_cohort(enrolment)
    path = f"/cohorts/{cohort}"
    async with portal.somebody(persona=persona) as visitor:
        words = Html(await visitor.get(path)).words
        assert "Monday 12 October 2020, 10am to noon" in words
        assert ("1 of 1 taken, 1 waiting" in words) == (persona in COUNTING)
        assert await refused(visitor, path) == {}


@pytest.mark.parametrize("persona", PERSONAS)
async def test_everybody_sees_the_list_of_cohorts(
    portal: PortalUnderTest, enrolment: EnrolmentService, persona: str
) -> None:
    await a_full_cohort(enrolment)
    async with portal.somebody(persona=persona) as visitor:
        assert await refused(visitor, "/cohorts") == {}


async def test_whoever_runs_a_cohort_sees_who_is_in_it(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    cohort, _ = await a_full_cohort(enrolment, await enrolment.programme("RUN1", provider=PROVIDER))
    path = f"/cohorts/{cohort}"
    async with portal.somebody(persona="session-facilitator") as facilitator:
        assert "1 of 1 taken, 1 waiting" in Html(await facilitator.get(path)).words
        assert f"{path}/places.csv" in Html(await facilitator.get(path)).links
        assert await refused(facilitator, path) == {}


async def test_a_learner_is_led_to_the_course_and_not_to_what_is_done_for_others(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort, people = await a_full_cohort(enrolment)
    async with portal.somebody(person_id=people[2]) as visitor:
        page = Html(await visitor.get(f"/cohorts/{cohort}"))
        assert f"/courses/{cohort}" in page.links
        assert [link for link in page.links if link.startswith(f"/cohorts/{cohort}")] == []
        assert [form.action for form in page.forms if form.method == "post"] == ["/sign-out"]


async def forms_of(enrolment: EnrolmentService, programme: str = "CLS7") -> tuple[list[str], str]:
    """What plans a cohort and its session, and the page on which somebody is enrolled."""
    cohort = await enrolment.cohort(programme=programme)
    session = (await enrolment.session(cohort))["session_id"]
    parts = ("edit", "cancel", "sessions/new")
    return [
        "/cohorts/new",
        "/programmes/new",
        *(f"/cohorts/{cohort}/{part}" for part in parts),
        *(f"/sessions/{session}/{part}" for part in ("edit", "cancel")),
        *(f"/programmes/{programme}/{part}" for part in ("edit", "retire", "offer")),
    ], f"/cohorts/{cohort}/enrol"


async def statuses(visitor: httpx.AsyncClient, paths: list[str]) -> dict[str, int]:
    return {path: (await visitor.get(path)).status_code for path in paths}


@pytest.mark.parametrize("persona", EVERYBODY)
async def test_no_form_is_shown_that_whoever_fills_it_in_may_not_send(
    portal: PortalUnderTest, enrolment: EnrolmentService, persona: str
) -> None:
    planning, enrolling = await forms_of(enrolment)
    async with portal.somebody(persona=persona) as other:
        assert await statuses(other, [*planning, enrolling]) == dict.fromkeys([*planning, enrolling], 403)


async def test_whoever_plans_for_the_region_plans_and_enrols_nobody(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    planning, enrolling = await forms_of(enrolment, await enrolment.programme("REG1"))
    planning.remove("/programmes/REG1/offer")
    async with portal.somebody(persona="region-lead") as lead:
        assert await statuses(lead, planning) == dict.fromkeys(planning, 200)
        assert (await lead.get(enrolling)).status_code == 403


async def test_no_form_is_shown_of_what_the_record_allows_no_more(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    code = await enrolment.programme("RET1")
    paths = [path for path in (await forms_of(enrolment, code))[0] if not path.endswith(("/new", "/offer"))]
    cohort = next(path for path in paths if path.startswith("/cohorts/")).split("/")[2]
    await enrolment.lead().post(f"/v1/cohorts/{cohort}/cancellation", json={"reason": "too_few_people"})
    await enrolment.lead().post(f"/v1/programmes/{code}/retirement")
    paths.append(f"/cohorts/{cohort}/sessions/new")
    assert await statuses(lead, paths) == dict.fromkeys(paths, 409)
    assert "That is not possible now" in Html(await lead.get(paths[0])).words


async def test_a_recording_is_told_by_whoever_runs_the_session_on_the_way_back_to_theirs(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort = await enrolment.cohort(programme=await enrolment.programme("RUN1", provider=PROVIDER))
    session = (await enrolment.session(cohort, NOW - timedelta(hours=1), at=NOW - timedelta(hours=2)))["session_id"]
    path = f"/sessions/{session}/recording"
    async with portal.somebody(persona="session-facilitator") as facilitator:
        page = Html(await facilitator.get(path))
        assert {"/facilitating", f"/facilitating/{cohort}"} <= set(page.links)
        assert f"/cohorts/{cohort}" not in page.links
    async with portal.somebody(persona="participant") as other:
        assert (await other.get(path)).status_code == 403


async def test_the_programme_of_a_cohort_is_a_link_for_those_who_plan(
    portal: PortalUnderTest, enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort = await enrolment.cohort()
    assert "/programmes/CLS7" in Html(await lead.get(f"/cohorts/{cohort}")).links
    async with portal.somebody(persona="participant") as other:
        assert "/programmes/CLS7" not in Html(await other.get(f"/cohorts/{cohort}")).links
