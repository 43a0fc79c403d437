"""Filters of lists: typed as people write, and kept where they cannot be read."""

from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from tests.service.enrolment.enrolment import EnrolmentService
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

PROVIDER = "Midlands leadership academy"
OF_A_MONTH = {"/cohorts": "programme-lead", "/facilitating": "session-facilitator", "/system/people": "system-lead"}


async def in_december(enrolment: EnrolmentService, title: str) -> None:
    """Of the facilitator's, with somebody of the system in it."""
    cohort = await enrolment.cohort(
        programme=await enrolment.programme("RUN1", provider=PROVIDER), title=title, places=3
    )
    await enrolment.session(cohort, datetime(2020, 12, 3, 10, tzinfo=UTC))
    [person] = await enrolment.people(1, system="QGH")
    assert (await enrolment.enrol(cohort, person)).status_code == 201


@pytest.mark.parametrize("path", OF_A_MONTH)
@pytest.mark.parametrize("month", ["December 2020", "dec 2020", "12/2020", "2020-12"])
async def test_a_month_is_typed_as_people_write_it(
    portal: PortalUnderTest, enrolment: EnrolmentService, path: str, month: str
) -> None:
    title = f"December {uuid4()}"
    await in_december(enrolment, title)
    async with portal.somebody(persona=OF_A_MONTH[path]) as visitor:
        page = Html(await Html(await visitor.get(path)).form(path).send(visitor, month=month))
        while title not in page.words and (further := [link for link in page.links if "after=" in link]):
            page = Html(await visitor.get(further[-1]))
        assert title in page.words
        assert page.form(path).value("month") == month
        another = Html(await visitor.get(path, params={"month": "November 2031"}))
        assert title not in another.words


@pytest.mark.parametrize("path", OF_A_MONTH)
@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("month", "last October", "Month must be a month, like April 2020"),
        ("month", "2020-13", "Month must be a month, like April 2020"),
        ("state", "gone", "Choose one of these"),
    ],
)
async def test_a_filter_that_cannot_be_read_is_told_at_its_field(
    portal: PortalUnderTest, path: str, name: str, typed: str, words: str
) -> None:
    async with portal.somebody(persona=OF_A_MONTH[path]) as visitor:
        page = await visitor.get(path, params={name: typed, "programme": "CLS7"})
    assert (page.status_code, words in Html(page).words) == (422, True)
    assert (f'href="#{name}"' in page.text, f'id="{name}"' in page.text) == (True, True)
    if name == "month":
        assert Html(page).form(path).value("month") == typed


async def test_a_state_that_no_mail_has_leaves_the_filter(enrolment: EnrolmentService, lead: httpx.AsyncClient) -> None:
    path = f"/cohorts/{await enrolment.cohort()}/messages"
    page = await lead.get(path, params={"state": "gone"})
    assert (page.status_code, "Choose one of these" in Html(page).words) == (422, True)
    assert "created" in Html(page).form(path).choices["state"]
