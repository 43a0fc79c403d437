"""A place or a wait that is given up, and what there is not to give up any more."""

from datetime import timedelta

import pytest

from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.service.portal.builders_enrolment import a_course, a_course_that_is_over, a_full_course, somebody
from tests.support.html import Html
from tests.support.portals import PortalUnderTest


async def test_of_a_course_that_is_over_there_is_nothing_to_give_up(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    person = await somebody(enrolment)
    path = f"/my/dates/{await a_course_that_is_over(enrolment, person)}"
    async with portal.somebody(person_id=person) as visitor:
        place = Html(await visitor.get(path))
        assert f"{path}/withdraw" not in place.links
        assert "Giving it up in time" not in place.words
        asked = Html(await visitor.get(f"{path}/withdraw"))
        assert "The course is over: there is nothing left to give up." in asked.words
        assert f"{path}/withdraw" not in [form.action for form in asked.forms]


async def test_a_day_to_give_up_in_time_that_is_past_is_told_as_past(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    person, cohort = await somebody(enrolment), await enrolment.cohort()
    await enrolment.session(cohort, NOW + timedelta(days=1))
    place = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    async with portal.somebody(person_id=person) as visitor:
        words = Html(await visitor.get(f"/my/dates/{place}")).words
        assert "Giving it up in time Was possible until Tuesday 8 September 2020" in words


@pytest.mark.parametrize("waits", [False, True])
async def test_what_was_given_up_already_is_not_asked_for_again(
    portal: PortalUnderTest,
    enrolment: EnrolmentService,
    waits: bool,  # noqa: FBT001
) -> None:
    person = await somebody(enrolment)
    cohort = await (a_full_course if waits else a_course)(enrolment)
    place = (await (enrolment.wait_for if waits else enrolment.enrol)(cohort, person)).json()["enrolment_id"]
    path = f"/my/dates/{place}/withdraw"
    async with portal.somebody(person_id=person) as visitor:
        opened = Html(await visitor.get(path)).form(path)
        await enrolment.withdraw(place)
        for page in (Html(await visitor.get(path)), Html(await opened.send(visitor, reason="workload"))):
            assert (
                "You are not on the waiting list any more." if waits else "You do not have this place any more."
            ) in page.words
            assert "This enrolment" not in page.words
            assert path not in [form.action for form in page.forms]
        dates = Html(await visitor.get("/my/dates")).words
        assert "Past or given up" in dates


async def test_a_place_of_a_cancelled_course_is_not_told_as_given_up(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    person, cohort = await somebody(enrolment), await a_course(enrolment)
    place = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    await enrolment.lead().post(f"/v1/cohorts/{cohort}/cancellation", json={"reason": "too_few_people"})
    async with portal.somebody(person_id=person) as visitor:
        words = Html(await visitor.get(f"/my/dates/{place}")).words
        assert "The course was cancelled" in words
        assert "Given up" not in words
        assert "given up" not in Html(await visitor.get(f"/my/dates/{place}/withdraw")).words
