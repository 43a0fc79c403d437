"""Whom the academy reached, by pages without scripts: as published of October 2020, and exact."""

import csv
import io
from typing import Any

import httpx
import pytest

from services.enrolment.reporting.commands.snapshots import RELEASES
from shared.disclosure.rules import HIDDEN
from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.service.enrolment.reporting.test_published_reach import IN_NOVEMBER
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

OCTOBER = {"from": "October 2020", "to": "10/2020"}
EXACT = OCTOBER | {"audience": "internal"}
NEITHER_LEADS_NOR_LEAD_A_SYSTEM = (
    "participant",
    "session-facilitator",
    "coach",
    "talent-lead",
    "ops",
    "information-governance",
)


@pytest.fixture(scope="module", autouse=True)
async def october(portal: PortalUnderTest) -> None:
    """Of one system many people, of another a few; then the month is over and its figures are published."""
    enrolment = EnrolmentService(portal.services["enrolment"])
    await enrolment.it_is(NOW)
    await enrolment.programme()
    people = [*await enrolment.people(38, system="QGH"), *await enrolment.people(5, system="QUA")]
    await enrolment.held(people, ["live"] * len(people))
    await enrolment.it_is(IN_NOVEMBER)
    await RELEASES.publish_due(enrolment.db, IN_NOVEMBER)


async def asked(portal: PortalUnderTest, persona: str, name: str = "reach", **query: str) -> httpx.Response:
    async with portal.somebody(persona=persona) as reader:
        return await reader.get(f"/reports/{name}", params=query)


def lines(answer: httpx.Response) -> dict[tuple[str, str, str], str]:
    """The figures of the CSV."""
    read = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    return {(line["breakdown"], line["name"] or line["code"], line["measure"]): line["figure"] for line in read}


async def test_what_is_published_names_what_is_hidden_and_why(portal: PortalUnderTest) -> None:
    words = Html(await asked(portal, "region-lead", **OCTOBER)).words
    assert "45 people took 45 places in October 2020." in words
    assert f"Some numbers are {HIDDEN}." in words
    table = words.partition("Places taken by system")[2]
    systems = [
        name
        for (part, name, _) in lines(await asked(portal, "region-lead", "reach.csv", **OCTOBER))
        if part == "system"
    ]
    assert all(name in table for name in systems)
    assert table.count("Hidden") >= 2


@pytest.mark.parametrize("audience", ["published", "internal"])
async def test_the_tables_hold_the_figures_of_the_csv(portal: PortalUnderTest, audience: str) -> None:
    query = OCTOBER | {"audience": audience}
    words = Html(await asked(portal, "programme-lead", **query)).words
    csv_file = await asked(portal, "programme-lead", "reach.csv", **query)
    found = lines(csv_file)
    for (part, name, measure), figure in found.items():
        if part in {"system", "programme"} and measure == "enrolments":
            assert f"{name} {'Hidden' if figure == HIDDEN else figure}" in words, name
    assert f"places taken {found['all', '', 'enrolments']}" in words
    assert csv_file.headers["content-disposition"].endswith(f'reach-2020-10-01-to-2020-10-31-{audience}.csv"')
    assert csv_file.headers["content-type"].startswith("text/csv")


async def test_the_page_leads_to_the_csv_of_the_same_months(portal: PortalUnderTest) -> None:
    async with portal.somebody(persona="region-lead") as region:
        page = Html(await region.get("/reports/reach", params=EXACT))
        [link] = [link for link in page.links if link.startswith("/reports/reach.csv")]
        assert lines(await region.get(link))["all", "", "enrolments"] == "43"
    assert page.form("/reports/reach").value("to") == EXACT["to"]


async def test_a_share_of_nothing_is_not_said_to_be_hidden(portal: PortalUnderTest) -> None:
    empty = {"from": "September 2020", "to": "September 2020", "audience": "internal"}
    words = Html(await asked(portal, "region-lead", **empty)).words
    assert "Nobody was reached in September 2020." in words
    assert "per cent attended on the day Nothing to count" in words
    assert "Hidden" not in words


async def test_a_system_lead_sees_exact_numbers_of_the_own_system(portal: PortalUnderTest) -> None:
    assert "38 people took 38 places" in Html(await asked(portal, "system-lead", **EXACT)).words
    assert "45 people took 45 places" in Html(await asked(portal, "system-lead", **OCTOBER)).words


@pytest.mark.parametrize("persona", NEITHER_LEADS_NOR_LEAD_A_SYSTEM)
async def test_others_read_what_is_published_and_nothing_exact(portal: PortalUnderTest, persona: str) -> None:
    assert (await asked(portal, persona, **OCTOBER)).status_code == 200
    for name in ("reach", "reach.csv"):
        assert (await asked(portal, persona, name, **EXACT)).status_code == 403


MISTAKEN: list[dict[str, Any]] = [
    {"from": "13/2020"},
    {"from": "October 2020", "to": "September 2020"},
    {"to": "soon"},
]


@pytest.mark.parametrize("months", MISTAKEN)
async def test_months_that_cannot_be_read_are_told_at_their_field_and_give_no_file(
    portal: PortalUnderTest, months: dict[str, str]
) -> None:
    for name in ("reach", "reach.csv"):
        answer = await asked(portal, "region-lead", name, **months)
        page = Html(answer)
        assert (answer.status_code, "There is a problem" in page.words) == (422, True)
        assert page.form("/reports/reach").value("to" if "to" in months else "from") == list(months.values())[-1]


async def test_months_of_which_nothing_is_published_are_told_in_plain_words(portal: PortalUnderTest) -> None:
    answer = await asked(portal, "region-lead", **{"from": "May 2020", "to": "June 2020"})
    assert (answer.status_code, "Published figures are of one month" in Html(answer).words) == (422, True)


async def test_a_period_that_is_not_over_says_so(portal: PortalUnderTest) -> None:
    answer = await asked(portal, "region-lead", **{"from": "January 2031", "to": "January 2031"})
    assert (answer.status_code, "Nothing is published of these months yet" in Html(answer).words) == (200, True)
