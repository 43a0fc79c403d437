"""What a participant does, by pages without scripts; the services behind them are the real ones."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from shared.contracts.enrolment.learners import LearnerEnrolled, SessionAttended, SessionMissed
from tests.service.enrolment.enrolment import NOW, SESSION, EnrolmentService, row
from tests.service.portal.builders_enrolment import a_course, a_full_course, somebody
from tests.service.portal.scene import tell_notifications
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

OWN = ("/my/dates", "/my/recordings", "/my/messages", "/my/details", "/my/details/edit")
NO_LEARNERS = ("programme-lead", "system-lead", "session-facilitator", "talent-lead", "ops")


async def test_a_course_is_found_joined_once_and_left_in_time(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort = await a_course(enrolment)
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        found = Html(await visitor.get("/courses", params={"programme": "CLS7", "month": "2020-10", "level": "I"}))
        assert f"/courses/{cohort}" in found.links
        assert found.form("/courses").value("month") == "2020-10"
        course = Html(await visitor.get(f"/courses/{cohort}"))
        assert "Monday 12 October 2020, 10am to noon" in course.words
        taking = course.form(f"/courses/{cohort}/place")
        taken = await taking.send(visitor)
        assert "You have a place." in Html(taken).words
        assert str((await taking.send(visitor)).url) == str(taken.url)
        dates = Html(await visitor.get("/my/dates"))
        assert len([link for link in dates.links if link.endswith("/withdraw")]) == 1
        [asking] = [link for link in Html(taken).links if link.endswith("/withdraw")]
        page = Html(await visitor.get(asking))
        assert "Until Monday 5 October 2020 you give it up in time." in page.words
        left = Html(await page.form(asking).send(visitor, reason="workload"))
        assert "You have given up your place." in left.words
        assert "You have no dates coming up." in Html(await visitor.get("/my/dates")).words


async def test_a_reason_is_asked_for_before_a_place_is_given_up(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort, person = await a_course(enrolment), await somebody(enrolment)
    place = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    async with portal.somebody(person_id=person) as visitor:
        asking = f"/my/dates/{place}/withdraw"
        form = Html(await visitor.get(asking)).form(asking)
        refused = await form.send(visitor)
        assert (refused.status_code, "Choose why you cannot come" in Html(refused).words) == (422, True)
        unknown = await form.send(visitor, reason="rain")
        assert (unknown.status_code, "There is a problem" in Html(unknown).words) == (422, True)
        assert "Confirmed" in Html(await visitor.get(f"/my/dates/{place}")).words


async def test_who_waits_knows_the_rank_and_leaves_the_list(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort, first = await a_full_course(enrolment), await somebody(enrolment)
    await enrolment.wait_for(cohort, first)
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        course = Html(await visitor.get(f"/courses/{cohort}"))
        assert "The course is full" in course.words
        joining = course.form(f"/courses/{cohort}/wait")
        joined = await joining.send(visitor)
        assert "You are number 2" in Html(joined).words
        assert "You are number 2" in Html(await joining.send(visitor)).words
        [leaving] = [link for link in Html(joined).links if link.endswith("/withdraw")]
        left = await Html(await visitor.get(leaving)).form(leaving).send(visitor, reason="date_unsuitable")
        assert "You have left the waiting list." in Html(left).words


async def test_a_place_that_somebody_else_took_meanwhile_is_refused_on_the_page_of_the_course(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort = await a_course(enrolment, places=1)
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        form = Html(await visitor.get(f"/courses/{cohort}")).form(f"/courses/{cohort}/place")
        await enrolment.enrol(cohort, await somebody(enrolment))
        refused = await form.send(visitor)
        page = Html(refused)
        assert (refused.status_code, "There is a problem" in page.words) == (422, True)
        assert page.form(f"/courses/{cohort}/wait")


async def test_of_a_course_nobody_who_looks_for_a_place_reads_a_number(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort = await a_course(enrolment, places=137)
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        words = Html(await visitor.get(f"/courses/{cohort}")).words
        assert "Places free" in words
        assert "137" not in words


async def test_a_session_is_joined_by_a_link_that_leads_to_the_room_of_the_moment(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort, person, stranger = await a_course(enrolment), await somebody(enrolment), await somebody(enrolment)
    await enrolment.enrol(cohort, person)
    async with portal.somebody(person_id=person) as visitor:
        [link] = [link for link in Html(await visitor.get("/my/dates")).links if link.startswith("/my/joining/")]
        led = await visitor.get(link, follow_redirects=False)
        assert (led.status_code, led.headers["location"]) == (303, f"https://rooms.example.org/{cohort}")
    async with portal.somebody(person_id=stranger) as visitor:
        assert (await visitor.get(link, follow_redirects=False)).status_code == 404


async def test_a_recording_of_ones_own_session_can_be_watched(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    code = await enrolment.programme("LATE1", late_entry="while_running")
    cohort = await enrolment.cohort(programme=code, title="A course that began")
    began = await enrolment.session(cohort, NOW - timedelta(hours=1))
    person = await somebody(enrolment)
    assert (await enrolment.enrol(cohort, person)).status_code == 201
    film = {"recording_url": "https://films.example.org/1"}
    published = await enrolment.lead().post(f"/v1/sessions/{began['session_id']}/recording", json=film)
    assert published.status_code == 200, published.text
    async with portal.somebody(person_id=person) as visitor:
        page = Html(await visitor.get("/my/recordings"))
        [link] = [link for link in page.links if link.startswith("/my/recordings/")]
        led = await visitor.get(link, follow_redirects=False)
        assert (led.status_code, led.headers["location"]) == (303, film["recording_url"])
        assert "A course that began" in page.words


async def test_what_is_past_stands_apart_from_what_is_to_come(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    code, person = await enrolment.programme("LATE1", late_entry="while_running"), await somebody(enrolment)
    for title, hours in (("Over by now", 3), ("Still on", 1)):
        cohort = await enrolment.cohort(programme=code, title=title)
        await enrolment.session(cohort, NOW - timedelta(hours=hours))
        assert (await enrolment.enrol(cohort, person)).status_code == 201
    async with portal.somebody(person_id=person) as visitor:
        to_come, _, past = Html(await visitor.get("/my/dates")).words.partition(" Past ")
        assert ("Still on" in to_come, "Over by now" in to_come) == (True, False)
        assert ("Still on" in past, "Over by now" in past) == (False, True)


async def test_however_many_places_somebody_has_each_date_is_told(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    person = await somebody(enrolment)
    for day in range(14):
        cohort = await enrolment.cohort(title=f"Of day {day}")
        await enrolment.session(cohort, SESSION - timedelta(days=day))
        assert (await enrolment.enrol(cohort, person)).status_code == 201
    async with portal.somebody(person_id=person) as visitor:
        page = Html(await visitor.get("/my/dates"))
        assert len([link for link in page.links if link.startswith("/my/joining/")]) == 14
        assert page.words.index("Of day 13") < page.words.index("Of day 0")


async def test_a_recording_says_whether_one_was_there(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    code, person = await enrolment.programme("LATE1", late_entry="while_running"), await somebody(enrolment)
    cohort = await enrolment.cohort(programme=code)
    began = (await enrolment.session(cohort, NOW - timedelta(hours=1)))["session_id"]
    await enrolment.enrol(cohort, person)
    film = {"recording_url": "https://films.example.org/1"}
    await enrolment.lead().post(f"/v1/sessions/{began}/recording", json=film)
    async with portal.somebody(person_id=person) as visitor:
        for mode, told in (("missed", "Missed"), ("recording", "Watched the recording")):
            await enrolment.register(began, [row(person, mode)], at=NOW)
            assert told in Html(await visitor.get("/my/recordings")).words


async def test_details_are_changed_and_what_is_wrong_is_said_beside_what_was_typed(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        form = Html(await visitor.get("/my/details/edit")).form("/my/details/edit")
        refused = await form.send(visitor, name="Asha Kaur", phone="not a number")
        assert refused.status_code == 422
        assert Html(refused).form("/my/details/edit").value("name") == "Asha Kaur"
        empty = await form.send(visitor, name="")
        assert "Enter your name" in Html(empty).words
        saved = Html(await form.send(visitor, name="Asha Kaur", phone="0115 496 0100"))
        assert "Your details were saved." in saved.words
        assert "0115 496 0100" in saved.words


async def test_of_two_changes_of_ones_details_the_second_shows_both_and_leaves_the_choice(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        form = Html(await visitor.get("/my/details/edit")).form("/my/details/edit")
        await form.send(visitor, name="Of theirs")
        stale = await form.send(visitor, name="Of mine")
        page = Html(stale)
        assert (stale.status_code, "Somebody else changed this" in page.words) == (422, True)
        assert "Of theirs" in page.words
        again = page.form("/my/details/edit")
        assert again.value("name") == "Of mine"
        assert "Your details were saved." in Html(await again.send(visitor)).words


async def test_details_are_read_also_while_mails_are_away(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    """Nothing was sent to a newcomer: notifications knows no contact of theirs."""
    async with portal.somebody(person_id=await somebody(enrolment, name="Asha Newcomer")) as visitor:
        assert "Asha Newcomer" in Html(await visitor.get("/my/details")).words
        assert "Nothing was written to you yet." in Html(await visitor.get("/my/messages")).words
        assert "There is nothing to watch yet." in Html(await visitor.get("/my/recordings")).words


async def test_what_was_written_to_somebody_is_told_with_the_course_it_is_about(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort, person = await a_course(enrolment), await somebody(enrolment)
    await enrolment.enrol(cohort, person)
    [enrolled] = [event for event in await enrolment.announced(LearnerEnrolled) if event.person_id == person]
    await portal.services["notifications"].receive(enrolled)
    async with portal.somebody(person_id=person) as visitor:
        course = Html(await visitor.get("/my/dates")).words.partition("Course ")[2].split()[0]
        words = Html(await visitor.get("/my/messages")).words
        assert "Your place is confirmed Not sent yet" in words
        assert course in words


async def test_the_newest_message_comes_first_and_one_that_was_not_needed_says_why(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    code, person = await enrolment.programme("LATE1", late_entry="while_running"), await somebody(enrolment)
    cohort = await enrolment.cohort(programme=code)
    began = (await enrolment.session(cohort, NOW - timedelta(hours=1)))["session_id"]
    await enrolment.enrol(cohort, person)
    for mode in ("missed", "live"):
        await enrolment.register(began, [row(person, mode)], at=NOW)
    for kind in (LearnerEnrolled, SessionMissed, SessionAttended):
        announced = [event for event in await enrolment.announced(kind) if event.person_id == person]
        await portal.services["notifications"].receive(*announced)
    async with portal.somebody(person_id=person) as visitor:
        words = Html(await visitor.get("/my/messages")).words
        assert "The recording of a session Not needed You were there." in words
        assert words.index("The recording of a session") < words.index("Your place is confirmed")


async def test_the_dates_of_a_place_are_added_to_ones_own_calendar(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort, person = await a_course(enrolment), await somebody(enrolment)
    place = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    link = f"/my/dates/{place}/calendar.ics"
    async with portal.somebody(person_id=person) as visitor:
        assert link in Html(await visitor.get(f"/my/dates/{place}")).links
        too_early = await visitor.get(link)
        assert (too_early.status_code, too_early.headers["retry-after"]) == (503, "1")
        await tell_notifications(portal, {cohort})
        file = await visitor.get(link)
        assert file.headers["content-type"] == "text/calendar; charset=utf-8"
        assert file.headers["content-disposition"] == 'attachment; filename="dates.ics"'
        [entry] = Calendar.from_ical(file.content).events
        assert entry.start == SESSION
        await enrolment.withdraw(place)
        assert link not in Html(await visitor.get(f"/my/dates/{place}")).links
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        assert (await visitor.get(link)).status_code == 404


async def test_places_without_a_date_say_so(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    person = await somebody(enrolment)
    for cohort in (await enrolment.cohort(), await enrolment.cohort(), await a_course(enrolment)):
        await enrolment.enrol(cohort, person)
    async with portal.somebody(person_id=person) as visitor:
        words = Html(await visitor.get("/my/dates")).words
        assert words.count("The date will be told by mail.") == 2
        assert "Monday 12 October 2020, 10am to noon" in words


async def test_nobody_sees_a_place_of_somebody_else(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    place = (await enrolment.enrol(await a_course(enrolment), await somebody(enrolment))).json()["enrolment_id"]
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        for path in (f"/my/dates/{place}", f"/my/dates/{place}/withdraw"):
            assert (await visitor.get(path)).status_code == 404


@pytest.mark.parametrize("persona", NO_LEARNERS)
async def test_who_takes_no_courses_has_no_pages_of_their_own(
    portal: PortalUnderTest, enrolment: EnrolmentService, persona: str
) -> None:
    cohort = await a_course(enrolment)
    async with portal.somebody(persona=persona) as visitor:
        assert {(await visitor.get(path)).status_code for path in OWN} == {403}
        assert (await visitor.get(f"/courses/{cohort}")).status_code == 200
        assert f"/courses/{cohort}/place" not in [
            form.action for form in Html(await visitor.get(f"/courses/{cohort}")).forms
        ]


async def test_a_month_without_courses_says_what_to_do(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    async with portal.somebody(person_id=await somebody(enrolment)) as visitor:
        page = Html(await visitor.get("/courses", params={"month": f"{SESSION.year + 11}-01"}))
        assert "0 courses are open for applications" in page.words
        assert "/courses" in page.links


async def test_a_recording_that_is_not_there_is_not_told_as_one(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    code, person = await enrolment.programme("LATE1", late_entry="while_running"), await somebody(enrolment)
    cohort = await enrolment.cohort(programme=code)
    began = (await enrolment.session(cohort, NOW - timedelta(hours=1)))["session_id"]
    await enrolment.enrol(cohort, person)
    await enrolment.register(began, [row(person, "missed")], at=NOW)
    missed = [event for event in await enrolment.announced(SessionMissed) if event.person_id == person]
    await tell_notifications(portal, {cohort})
    await portal.services["notifications"].receive(*missed)
    async with portal.somebody(person_id=person) as visitor:
        words = Html(await visitor.get("/my/messages")).words
        assert "can be watched" not in words
        assert "It leaves if a recording is published." in words
