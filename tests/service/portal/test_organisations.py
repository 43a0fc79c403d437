"""Who came and who did not, by organisation, as leads see it."""

from datetime import timedelta

import pytest

from tests.service.enrolment.enrolment import SESSION, EnrolmentService
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

OCTOBER = {"from": "October 2020", "to": "October 2020"}
PAGE, FILE = "/reports/organisations", "/reports/organisations.csv"


@pytest.fixture(scope="module", autouse=True)
async def autumn(portal: PortalUnderTest) -> None:
    """Two organisations of one system and one of another; of three places of the first one was missed."""
    enrolment = EnrolmentService(portal.services["enrolment"])
    await enrolment.it_is(SESSION + timedelta(days=40))
    await enrolment.programme()
    people = [
        *await enrolment.people(3, organisation="QGH01"),
        *await enrolment.people(1, organisation="QGH02"),
        *await enrolment.people(1, system="QHL", organisation="QHL01"),
    ]
    await enrolment.held(people, ["live", "missed", "part", "live", "missed"])


async def test_a_system_lead_sees_the_own_systems_and_where_most_was_missed_first(portal: PortalUnderTest) -> None:
    async with portal.somebody(persona="system-lead") as lead:
        words = Html(await lead.get(PAGE, params=OCTOBER)).words
        table = (await lead.get(FILE, params=OCTOBER)).text.splitlines()[1:]
    assert "1 of 4 session places was missed in October 2020; 0 places given up late." in words
    malvern, teme = (words.index(name) for name in ("Malvern Vale Hospitals", "Teme Valley Hospitals"))
    assert malvern < teme
    assert "Malvern Vale Hospitals NHS Trust 3 3 2 1 0 0" in words
    assert "Five Ways" not in words
    assert [line.rpartition(",")[0].split(",")[:2] for line in table] == [["QGH", "QGH01"], ["QGH", "QGH02"]]


async def test_a_programme_lead_comes_to_it_from_the_exact_reach(portal: PortalUnderTest) -> None:
    async with portal.somebody(persona="programme-lead") as lead:
        reach = Html(await lead.get("/reports/reach", params=OCTOBER | {"audience": "internal"}))
        [link] = [link for link in reach.links if link.startswith(PAGE)]
        assert "2 of 5 session places were missed in October 2020" in Html(await lead.get(link)).words
        assert not [
            link for link in Html(await lead.get("/reports/reach", params=OCTOBER)).links if link.startswith(PAGE)
        ]


@pytest.mark.parametrize("persona", ["participant", "session-facilitator", "coach", "talent-lead", "ops"])
async def test_nobody_else_sees_exact_numbers(portal: PortalUnderTest, persona: str) -> None:
    async with portal.somebody(persona=persona) as visitor:
        for path in (PAGE, FILE):
            assert (await visitor.get(path, params=OCTOBER)).status_code == 403


async def test_months_of_nothing_say_so(portal: PortalUnderTest) -> None:
    async with portal.somebody(persona="system-lead") as lead:
        words = Html(await lead.get(PAGE, params={"from": "May 2020", "to": "May 2020"})).words
    assert "Nobody had a place in a session of these months" in words


async def test_months_that_cannot_be_read_are_told_and_give_no_file(portal: PortalUnderTest) -> None:
    async with portal.somebody(persona="system-lead") as lead:
        for path in (PAGE, FILE):
            answer = await lead.get(path, params={"from": "soon"})
            assert (answer.status_code, "There is a problem" in Html(answer).words) == (422, True)
