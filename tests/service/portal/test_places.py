"""Pages of places that are asked for when there is nothing more to do: by an old tab, or by an address."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.service.portal.builders_enrolment import a_full_cohort, a_name, somebody
from tests.support.html import Html
from tests.support.portals import PortalUnderTest


async def a_closed_cohort(enrolment: EnrolmentService, programme: str = "CLS7") -> str:
    opens_at, closes_at = ((NOW - timedelta(days=days)).isoformat() for days in (9, 1))
    return await enrolment.cohort(programme=programme, title=a_name("Past"), opens_at=opens_at, closes_at=closes_at)


async def test_a_place_that_was_given_up_is_not_given_up_again(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, people = await a_full_cohort(enrolment)
    [asking] = [link for link in Html(await lead.get(f"/cohorts/{cohort}")).links if f"/people/{people[0]}/" in link]
    form = Html(await lead.get(asking)).form(asking)
    await form.send(lead, reason="workload")
    page = Html(await lead.get(asking))
    assert "The place was given up on Monday 14 September 2020" in page.words
    assert [found.action for found in page.forms if found.method == "post"] == ["/sign-out"]


async def test_a_cohort_that_lets_nobody_in_says_so_and_asks_for_no_name(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, name = await a_closed_cohort(enrolment), a_name()
    await somebody(enrolment, name=name)
    page = Html(await lead.get(f"/cohorts/{cohort}/enrol", params={"name": name}))
    assert "Nobody can be enrolled in" in page.words
    assert "Applications: Saturday 5 September 2020, 10am to Sunday 13 September 2020, 10am." in page.words
    assert ("free" in page.words, name in page.words) == (False, False)


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_cohort_that_lets_nobody_in_has_no_places_to_speak_of(
    enrolment: EnrolmentService, lead: httpx.AsyncClient, *, cancelled: bool
) -> None:
    cohort = await a_closed_cohort(enrolment)
    if cancelled:
        await enrolment.lead().post(f"/v1/cohorts/{cohort}/cancellation", json={"reason": "too_few_people"})
    words = Html(await lead.get(f"/cohorts/{cohort}")).words
    assert ("Cancelled" if cancelled else "Closed") in words
    assert "Places free" not in words


async def test_lists_say_of_a_cohort_that_lets_nobody_in_how_it_stands(
    portal: PortalUnderTest, enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    code = await enrolment.programme(f"PAST{uuid4().hex[:6]}")
    cohort, [person] = await enrolment.cohort(programme=code, title=a_name("Past")), await enrolment.people(1)
    await enrolment.session(cohort, NOW - timedelta(hours=1), at=NOW - timedelta(hours=3))
    assert (await enrolment.enrol(cohort, person, at=NOW - timedelta(hours=2))).status_code == 201
    await a_closed_cohort(enrolment, code)
    words = Html(await lead.get("/cohorts", params={"programme": code})).words
    assert (words.count(" Begun "), words.count(" Closed "), "Places free" in words) == (1, 2, False)
    async with portal.somebody(persona="system-lead") as system_lead:
        words = Html(await system_lead.get("/system/people", params={"state": "running", "month": "2020-09"})).words
    assert " Begun " in words
    assert "Places free" not in words
