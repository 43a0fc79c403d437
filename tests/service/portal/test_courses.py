"""A course, as somebody sees it who may take a place, has one, or cannot have one."""

from datetime import timedelta

from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.service.portal.builders_enrolment import a_course, a_full_course, somebody
from tests.support.html import Html
from tests.support.portals import PortalUnderTest


async def test_a_course_says_what_one_has_of_it_and_leads_there(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    person, cohort, full = await somebody(enrolment), await a_course(enrolment), await a_full_course(enrolment)
    place = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    wait = (await enrolment.wait_for(full, person)).json()["enrolment_id"]
    async with portal.somebody(person_id=person) as visitor:
        joined, waited = Html(await visitor.get(f"/courses/{cohort}")), Html(await visitor.get(f"/courses/{full}"))
        assert ("You have a place." in joined.words, "Places free" in joined.words) == (True, False)
        assert f"/my/dates/{place}" in joined.links
        assert "You are number 1 on the waiting list." in waited.words
        assert f"/my/dates/{wait}" in waited.links


async def test_among_open_courses_those_one_is_in_are_told_apart(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    person, cohort = await somebody(enrolment), await enrolment.cohort(title="One's own")
    async with portal.somebody(person_id=person) as visitor:
        assert "One's own Places free" in Html(await visitor.get("/courses")).words
        place = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
        assert "One's own Confirmed" in Html(await visitor.get("/courses")).words
        assert f"/courses/{cohort}" in Html(await visitor.get(f"/my/dates/{place}")).links


async def test_a_course_that_was_given_up_can_be_joined_again(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    person, cohort = await somebody(enrolment), await a_course(enrolment)
    await enrolment.withdraw((await enrolment.enrol(cohort, person)).json()["enrolment_id"])
    async with portal.somebody(person_id=person) as visitor:
        course = Html(await visitor.get(f"/courses/{cohort}"))
        assert course.form(f"/courses/{cohort}/place")
        assert "You have a place." not in course.words


async def test_a_course_that_lets_nobody_in_says_why(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    cancelled, opens = await a_course(enrolment), (NOW + timedelta(days=2)).isoformat()
    cancelling = await enrolment.lead().post(f"/v1/cohorts/{cancelled}/cancellation", json={"reason": "too_few_people"})
    assert cancelling.status_code == 200, cancelling.text
    later = await a_course(enrolment, opens_at=opens)
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        off = Html(await visitor.get(f"/courses/{cancelled}")).words
        assert "This course does not take place." in off
        assert "Apply until" not in off
        closed = Html(await visitor.get(f"/courses/{later}")).words
        assert "Nobody new can join it now" in closed
        assert "Apply from Wednesday 16 September 2020, 10am" in closed
        assert "Places free" not in closed


async def test_a_service_speaks_to_a_person_and_not_of_one(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    person, cohort, full = await somebody(enrolment), await a_course(enrolment), await a_full_course(enrolment)
    async with portal.somebody(person_id=person) as visitor:
        for course, way, act, told in (
            (cohort, "place", enrolment.enrol, "You have a place already."),
            (full, "wait", enrolment.wait_for, "You are on the waiting list already."),
        ):
            form = Html(await visitor.get(f"/courses/{course}")).form(f"/courses/{course}/{way}")
            await act(course, person)
            refused = Html(await form.send(visitor)).words
            assert told in refused
            assert "This person" not in refused
