"""What a system lead sees of the own people."""

from uuid import uuid4

import httpx
import pytest

from tests.service.enrolment.enrolment import EnrolmentService
from tests.support.html import Html
from tests.support.portals import PortalUnderTest


async def test_a_system_lead_sees_own_people_and_nobody_elses(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort = await enrolment.cohort(title=f"Cohort {uuid4()}")
    await enrolment.session(cohort)
    own, stays = await enrolment.people(2, name="Asha of the system")
    [other] = await enrolment.people(1, name="Bela of another", system="QOC")
    place = (await enrolment.enrol(cohort, own)).json()["enrolment_id"]
    for person in (stays, other):
        await enrolment.enrol(cohort, person)
    await enrolment.withdraw(place)
    async with portal.somebody(persona="system-lead") as lead:
        assert f"/system/people/{cohort}" in Html(await every_cohort(lead)).links
        page = Html(await lead.get(f"/system/people/{cohort}"))
        assert "Asha of the system" in page.words
        assert "Bela of another" not in page.words
        assert "Monday 14 September 2020, in time" in page.words


async def every_cohort(lead: httpx.AsyncClient) -> httpx.Response:
    """The last page: lists are in the order in which cohorts were opened."""
    page = await lead.get("/system/people")
    while further := [link for link in Html(page).links if "after=" in link]:
        page = await lead.get(further[0])
    return page


async def test_a_cohort_without_own_people_says_so(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    cohort = await enrolment.cohort()
    async with portal.somebody(persona="system-lead") as lead:
        assert "Nobody of yours is, or was, on this cohort." in Html(await lead.get(f"/system/people/{cohort}")).words
        none = Html(await lead.get("/system/people", params={"month": "2031-01"}))
        assert "Nobody of yours is on a cohort like that." in none.words


async def test_another_system_is_not_theirs(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    async with portal.somebody(persona="system-lead") as lead:
        assert (await lead.get("/system/people", params={"system": "QOC"})).status_code == 403


@pytest.mark.parametrize("persona", ["participant", "session-facilitator", "coach", "talent-lead", "ops"])
async def test_nobody_else_sees_a_systems_people(
    portal: PortalUnderTest, enrolment: EnrolmentService, persona: str
) -> None:
    cohort = await enrolment.cohort()
    async with portal.somebody(persona=persona) as visitor:
        assert (await visitor.get("/system/people")).status_code == 403
        assert (await visitor.get(f"/system/people/{cohort}")).status_code in {403, 404}
