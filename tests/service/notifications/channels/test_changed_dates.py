"""Dates that change and dates that are none any more: calendars follow, and each person is told once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.enrolment.cohorts import CohortChanged
from shared.contracts.envelope import Contract
from tests.service.notifications.announcements import (
    COHORT,
    NOW,
    TITLE,
    cohort_cancelled,
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
from tests.service.notifications.mail_server import MailServer, calendars, uids, words
from tests.support.cuts import cut_at_commit
from tests.support.services import ServiceUnderTest

LATER = datetime(2020, 9, 30, 13, tzinfo=UTC)
OTHER = session_scheduled(uuid4(), starts_at=datetime(2020, 10, 6, 9, tzinfo=UTC))
OFFER = (programme_published(), cohort_opened(), session_scheduled())
CANCELLED_COHORT: dict[str, Any] = {"by": "academy", "reason": "cohort_cancelled"}


def entries(server: MailServer, nth: int) -> list[tuple[str, int]]:
    return [(str(c["METHOD"]), c.events[0].sequence) for c in calendars(server.taken[nth])]


async def test_a_rescheduled_session_moves_in_the_calendar_that_holds_it(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    batch = await notifications.receive(session_rescheduled(LATER))
    await send()
    await notifications.receive(*batch)
    await send()

    assert mail_server.purposes() == ["confirmation", "session_update"]
    assert (entries(mail_server, 0), entries(mail_server, 1)) == ([("REQUEST", 0)], [("REQUEST", 1)])
    assert uids(mail_server.taken[0]) == uids(mail_server.taken[1])
    assert calendars(mail_server.taken[1])[0].events[0].start == LATER
    assert "Wednesday 30 September 2020, 14:00 to 15:30" in words(mail_server.taken[1])


async def test_a_cancelled_session_leaves_the_calendar_and_the_place_stays(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, OTHER, enrolled())
    await send()
    batch = await notifications.receive(session_cancelled())
    await send()
    await notifications.receive(*batch)
    await send()

    assert mail_server.purposes() == ["confirmation", "session_cancelled"]
    letter = mail_server.taken[1]
    assert entries(mail_server, 1) == [("CANCEL", 1)]
    assert letter["Subject"] == f"Cancelled: {TITLE}"
    assert "Tuesday 29 September 2020, 10:00 to 11:30" in words(letter)
    assert "6 October" not in words(letter)
    assert "Join here" not in words(letter)
    assert "All other dates stay as they are" in words(letter)

    await notifications.receive(withdrawn())
    await send()
    assert entries(mail_server, 2) == [("CANCEL", 1)]
    assert uids(mail_server.taken[2]) != uids(letter)


async def test_several_sessions_cancelled_at_once_are_told_in_one_letter_and_nothing_twice(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, OTHER, enrolled())
    await send()
    await notifications.receive(session_cancelled(), session_cancelled(OTHER.session_id))
    await send()

    assert mail_server.purposes() == ["confirmation", "session_cancelled"]
    assert entries(mail_server, 1) == [("CANCEL", 1), ("CANCEL", 1)]


async def test_who_was_never_invited_is_not_told_that_it_was_cancelled(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, OTHER, session_cancelled(), enrolled())
    await send()

    assert mail_server.purposes() == ["confirmation"]
    assert entries(mail_server, 0) == [("REQUEST", 0)]
    assert "29 September" not in words(mail_server.taken[0])


async def test_a_confirmation_waits_for_a_date_that_takes_place(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, session_cancelled(), enrolled())
    assert await send() == 0
    assert await send(NOW + timedelta(hours=1)) == 1
    assert "still being settled" in words(mail_server.taken[0])


async def test_moved_and_then_cancelled_before_anybody_was_told_is_told_as_cancelled(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(session_rescheduled(LATER), session_cancelled(calendar_sequence=2))
    await send()

    assert mail_server.purposes() == ["confirmation", "session_cancelled"]
    assert entries(mail_server, 1) == [("CANCEL", 2)]


async def test_a_date_from_before_that_comes_late_changes_nothing(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    """As a dead event does that is told again."""
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(session_rescheduled(LATER))
    await send()
    await notifications.receive(session_scheduled())
    await send()

    assert len(mail_server.taken) == 2
    assert await notifications.db.read(lambda tx: tx.fetchval("select starts_at from session")) == LATER


async def test_the_calendar_at_an_earlier_address_is_cleared_too(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email="old@example.org"), *OFFER, enrolled())
    await send()
    await notifications.receive(contact(email="new@example.org"), session_cancelled())
    await send()

    told = [
        (m["To"].addresses[0].addr_spec, m["X-Academy-Purpose"], entries(mail_server, n))
        for n, m in enumerate(mail_server.taken)
    ]
    assert told[1:] == [
        ("new@example.org", "session_cancelled", [("CANCEL", 2)]),
        ("old@example.org", "cancellation", [("CANCEL", 1)]),
    ]


async def test_a_cancelled_cohort_is_told_once_and_leaves_the_calendar(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, OTHER, enrolled())
    await send()
    batch = await notifications.receive(withdrawn(**CANCELLED_COHORT))
    await send()
    await notifications.receive(*batch)
    await send()

    assert mail_server.purposes() == ["confirmation", "cohort_cancelled"]
    letter = mail_server.taken[1]
    assert (letter["Subject"], entries(mail_server, 1)) == (f"Cancelled: {TITLE}", [("CANCEL", 1), ("CANCEL", 1)])
    assert f"{TITLE} has been cancelled. We are sorry: your place in it ends with it." in words(letter)


async def test_who_waited_for_a_cancelled_cohort_is_told_too(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, withdrawn("waitlisted", **CANCELLED_COHORT))
    await send()

    assert mail_server.purposes() == ["cohort_cancelled"]
    assert "you were on its waiting list, which ends with it" in words(mail_server.taken[0])
    assert entries(mail_server, 0) == []


async def test_a_cohort_has_its_new_title_in_letters(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    changed = CohortChanged(**cohort_opened("Leading with care").model_dump())
    assert changed.cohort_id == COHORT
    await notifications.receive(contact(), cohort_opened(), changed, session_scheduled(), enrolled())
    await send()
    assert "Leading with care" in mail_server.taken[0]["Subject"]


async def test_a_crash_half_way_is_as_if_it_had_not_been_heard(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    changes: tuple[Contract, ...] = (session_rescheduled(LATER), session_cancelled(calendar_sequence=2))
    await notifications.db.run(lambda tx: cut_at_commit(tx, "session"))
    for change in changes:
        await notifications.receive(change)
    await send()

    assert mail_server.purposes() == ["confirmation", "session_cancelled"]


async def test_whoever_completed_before_the_cohort_was_cancelled_is_told_of_its_sessions_a_little_later(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    """A graduate keeps the place: no event of its own tells of its end."""
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    batch = await notifications.receive(cohort_cancelled())
    assert await send() == 0
    assert await send(NOW + timedelta(minutes=5)) == 1
    await notifications.receive(*batch)
    assert await send(NOW + timedelta(hours=2)) == 0

    assert mail_server.purposes() == ["confirmation", "session_cancelled"]
    assert entries(mail_server, 1) == [("CANCEL", 1)]
    assert "All other dates" not in words(mail_server.taken[1])


@pytest.mark.parametrize("first", ["cohort", "place"])
async def test_whose_place_ends_with_the_cohort_is_told_once_whichever_topic_is_read_first(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, first: str
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    events: list[Contract] = [cohort_cancelled(), withdrawn(**CANCELLED_COHORT)]
    for event in events if first == "cohort" else reversed(events):
        await notifications.receive(event)
    await send()
    await send(NOW + timedelta(hours=2))

    assert mail_server.purposes() == ["confirmation", "cohort_cancelled"]
    assert [method for method, _ in entries(mail_server, 1)] == ["CANCEL"]


async def test_a_session_that_ended_before_the_letter_left_is_called_off_nowhere(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(session_cancelled())
    await send(session_scheduled().ends_at)

    assert mail_server.purposes() == ["confirmation"]
