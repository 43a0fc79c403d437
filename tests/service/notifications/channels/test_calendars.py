"""The file of a place's dates: the same entries as in the mails, for whoever holds the place."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar

from services.notifications.settings import Settings
from tests.service.notifications.announcements import (
    AMARA,
    COHORT,
    NOW,
    TITLE,
    cohort_opened,
    contact,
    enrolled,
    programme_published,
    session_cancelled,
    session_rescheduled,
    session_scheduled,
    withdrawn,
)
from tests.service.notifications.conftest import Send
from tests.service.notifications.mail_server import MailServer, calendars
from tests.support.services import ServiceUnderTest, problem

LATER = datetime(2020, 9, 30, 13, tzinfo=UTC)
OTHER = session_scheduled(uuid4(), starts_at=datetime(2020, 10, 6, 9, tzinfo=UTC))
OFFER = (programme_published(), cohort_opened(), session_scheduled())
PATH = f"/v1/people/{AMARA}/cohorts/{COHORT}/calendar.ics"


@pytest.fixture(autouse=True)
async def before_the_dates(notifications: ServiceUnderTest, settings: Settings) -> None:
    """Links of files and of mails begin with one address."""
    notifications.app.state.settings = settings
    await notifications.clock.advance_to(NOW)


async def fetched(notifications: ServiceUnderTest) -> Calendar:
    answer = await notifications.as_("learner", person_id=AMARA).get(PATH)
    assert answer.status_code == 200, answer.text
    return Calendar.from_ical(answer.content)


def told(event: Any) -> dict[str, bytes]:
    """What a calendar keeps of an entry, and whom it takes it for."""
    kept = ("UID", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS")
    return {name: event[name].to_ical() for name in kept}


async def test_the_file_has_the_entries_of_the_mail_and_invites_nobody(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, OTHER, enrolled())
    await send()
    file = await fetched(notifications)
    assert str(file["METHOD"]) == "PUBLISH"
    assert [told(e) for e in file.events] == [told(c.events[0]) for c in calendars(mail_server.taken[0])]
    assert [event.get("ATTENDEE") for event in file.events] == [None, None]
    assert len(file.timezones) == 1


async def test_it_can_be_opened_before_the_mail_comes_and_is_the_same_afterwards(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    before = [told(event) for event in (await fetched(notifications)).events]
    await send()
    assert before == [told(calendars(mail_server.taken[0])[0].events[0])]


async def test_a_date_that_moved_is_as_the_mail_about_it_says(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(session_rescheduled(LATER))
    (before,) = (await fetched(notifications)).events
    await send()
    (after,) = (await fetched(notifications)).events
    mailed = calendars(mail_server.taken[1])[0].events[0]
    assert told(before) == told(after) == told(mailed)
    assert (mailed.start, mailed.sequence) == (LATER, 1)


async def test_of_a_place_taken_again_the_number_goes_on(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    for event in (enrolled(), withdrawn(), enrolled()):
        await notifications.receive(contact(), *OFFER, event)
        await send()
    (event,) = (await fetched(notifications)).events
    assert event.sequence == calendars(mail_server.taken[2])[0].events[0].sequence == 2


async def test_what_does_not_take_place_or_is_over_is_not_in_it(notifications: ServiceUnderTest, send: Send) -> None:
    await notifications.receive(contact(), *OFFER, OTHER, enrolled())
    await send()
    await notifications.receive(session_cancelled())
    assert [str(event["SUMMARY"]) for event in (await fetched(notifications)).events] == [TITLE]

    await notifications.clock.advance_to(OTHER.ends_at + timedelta(minutes=1))
    assert (await fetched(notifications)).events == []


async def test_it_is_a_file_of_its_own(notifications: ServiceUnderTest) -> None:
    await notifications.receive(*OFFER, enrolled())
    answer = await notifications.as_("learner", person_id=AMARA).get(PATH)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="dates.ics"'
    assert answer.headers["cache-control"] == "no-store"


async def test_who_holds_no_place_has_no_file(notifications: ServiceUnderTest, send: Send) -> None:
    await notifications.receive(contact(), *OFFER)
    amara = notifications.as_("learner", person_id=AMARA)
    assert problem(await amara.get(PATH)) == (404, "place_unknown")
    await notifications.receive(enrolled())
    await send()
    await notifications.receive(withdrawn())
    assert problem(await amara.get(PATH)) == (404, "place_unknown")


@pytest.mark.parametrize(
    ("role", "person_id", "status"),
    [
        ("learner", uuid4(), 404),
        ("programme_lead", None, 403),
        ("region", None, 403),
        ("information_governance", None, 403),
        ("ops", None, 403),
    ],
)
async def test_nobody_else_gets_it_for_its_links_let_in(
    notifications: ServiceUnderTest, role: str, person_id: UUID | None, status: int
) -> None:
    await notifications.receive(*OFFER, enrolled())
    assert (await notifications.as_(role, person_id=person_id).get(PATH)).status_code == status
