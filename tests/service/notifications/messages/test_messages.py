"""From event to mail: what each event causes, whatever order topics arrive in."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.contracts.envelope import Contract
from shared.contracts.notifications.messages import MessageSent
from tests.service.notifications.announcements import (
    AMARA,
    NOW,
    coaching_invited,
    cohort_opened,
    contact,
    enrolled,
    missed,
    programme_published,
    readiness_changed,
    recording_published,
    session_scheduled,
    waitlisted,
    withdrawn,
)
from tests.service.notifications.conftest import Send
from tests.service.notifications.mail_server import MailServer, calendars, uids, words
from tests.support.services import ServiceUnderTest

OFFER = (programme_published(), cohort_opened(), session_scheduled())


async def test_a_place_is_confirmed_once_with_its_date(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    assert await send() == 1
    (message,) = mail_server.taken
    assert message["Subject"] == "Your place on Leading compassionately through change"
    assert "Tuesday 29 September 2020, 10:00 to 11:30" in words(message)
    assert [c["METHOD"] for c in calendars(message)] == ["REQUEST"]
    assert await send() == 0


async def test_what_left_is_announced_without_a_name(notifications: ServiceUnderTest, send: Send) -> None:
    await notifications.receive(contact(), *OFFER)
    (cause,) = await notifications.receive(enrolled())
    await send()
    (sent,) = await notifications.announced(MessageSent)
    assert (sent.person_id, sent.purpose, sent.template) == (AMARA, "confirmation", "confirmation@5")
    assert sent.cause_event_id == cause.envelope.id
    assert "Amara" not in sent.model_dump_json()


async def test_what_left_is_announced_under_the_correlation_of_its_cause(
    notifications: ServiceUnderTest, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER)
    (cause,) = await notifications.receive(enrolled())
    await send()
    headers = await notifications.db.read(lambda tx: tx.fetchval("select headers from outbox"))
    assert headers["correlationid"] == cause.envelope.correlation_id
    assert headers["causationid"] == str(cause.envelope.id)


async def test_an_event_seen_twice_is_told_once(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    batch = await notifications.receive(contact(), *OFFER, enrolled())
    await notifications.receive(*batch)
    await send()
    await notifications.receive(*batch)
    await send()
    assert mail_server.purposes() == ["confirmation"]


@pytest.mark.parametrize("late", range(3))
async def test_a_confirmation_waits_for_contact_cohort_and_date_in_whatever_order(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, late: int
) -> None:
    needs: list[Contract] = [contact(), cohort_opened(), session_scheduled()]
    last = needs.pop(late)
    await notifications.receive(enrolled(), *reversed(needs))
    assert await send() == 0
    await notifications.receive(last)
    assert await send() == 1
    assert len(uids(mail_server.taken[0])) == 1


async def test_a_cohort_without_dates_is_confirmed_after_an_hour_and_its_dates_follow(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), cohort_opened(), enrolled())
    assert await send() == 0
    assert await send(NOW + timedelta(hours=1)) == 1
    assert "still being settled" in words(mail_server.taken[0])
    await notifications.receive(session_scheduled(), at=NOW + timedelta(days=1))
    assert await send(NOW + timedelta(days=1)) == 1
    assert mail_server.purposes() == ["confirmation", "session_update"]
    assert len(uids(mail_server.taken[1])) == 1


async def test_a_session_that_comes_later_goes_to_those_already_confirmed_only(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    sian = uuid4()
    await notifications.receive(contact(), contact(sian, "Sian Price"), *OFFER, enrolled())
    await send()
    await notifications.receive(session_scheduled(uuid4(), starts_at=datetime(2020, 10, 6, 9, tzinfo=UTC)))
    await notifications.receive(enrolled(sian))
    await send()
    by_purpose = sorted((m["X-Academy-Purpose"], len(uids(m))) for m in mail_server.taken)
    assert by_purpose == [("confirmation", 1), ("confirmation", 2), ("session_update", 1)]


async def test_a_changed_session_replaces_the_entry_with_a_higher_sequence(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    moved = session_scheduled(starts_at=datetime(2020, 9, 30, 13, tzinfo=UTC), calendar_sequence=1)
    await notifications.receive(moved)
    await send()
    first, update = (calendars(m)[0].events[0] for m in mail_server.taken)
    assert first["UID"] == update["UID"]
    assert (first["SEQUENCE"], update["SEQUENCE"]) == (0, 1)
    assert update.start == moved.starts_at


async def test_several_new_sessions_make_one_update(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    days = (datetime(2020, 10, day, 9, tzinfo=UTC) for day in (6, 13))
    await notifications.receive(*(session_scheduled(uuid4(), starts_at=day) for day in days))
    await send()
    assert mail_server.purposes() == ["confirmation", "session_update"]
    assert len(uids(mail_server.taken[1])) == 2


async def test_whoever_withdrew_hears_of_no_new_session(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(withdrawn(), session_scheduled(uuid4()))
    await send()
    assert mail_server.purposes() == ["confirmation", "withdrawal"]


async def test_a_withdrawal_takes_the_session_out_of_the_calendar(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(withdrawn())
    await send()
    (calendar,) = calendars(mail_server.taken[1])
    assert calendar["METHOD"] == "CANCEL"
    assert calendar.events[0]["SEQUENCE"] == 1
    assert uids(mail_server.taken[1]) == uids(mail_server.taken[0])


async def test_a_place_taken_and_given_up_before_any_mail_left_is_told_in_order(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(enrolled(), withdrawn(), enrolled())
    await notifications.receive(contact(), *OFFER)
    await send()
    assert mail_server.purposes() == ["confirmation", "withdrawal", "confirmation"]
    sequences = [calendars(m)[0].events[0]["SEQUENCE"] for m in mail_server.taken]
    assert sequences == [0, 1, 2]


async def test_somebody_from_the_waiting_list_hears_of_list_and_place(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, waitlisted(rank=3), enrolled(previous="waitlisted"))
    await send()
    waiting, confirmation = mail_server.taken
    assert "You are number 3 today" in words(waiting)
    assert "a place has become free" in words(confirmation)


async def test_leaving_the_waiting_list_cancels_no_date(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, waitlisted(), withdrawn(previous="waitlisted"))
    await send()
    assert calendars(mail_server.taken[1]) == []
    assert "taken off the waiting list" in words(mail_server.taken[1])


@pytest.mark.parametrize("recording_first", [True, False])
async def test_who_missed_a_session_gets_its_recording_whichever_is_known_first(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, *, recording_first: bool
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    first, second = (recording_published(), missed()) if recording_first else (missed(), recording_published())
    await notifications.receive(first)
    assert await send() == 0
    await notifications.receive(second)
    assert await send() == 1
    assert "https://academy.example.org/enrolment/recordings/rec0rding?by=" in words(mail_server.taken[1])


async def test_a_recording_that_never_comes_holds_up_nothing_else(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, missed(), enrolled())
    await send()
    assert mail_server.purposes() == ["confirmation"]


@pytest.mark.parametrize(
    ("event", "purpose"), [(readiness_changed(), "talent_update"), (coaching_invited(), "coaching_invitation")]
)
async def test_messages_from_restricted_topics_reach_the_person_and_keep_the_judgement_out(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, event: Contract, purpose: str
) -> None:
    await notifications.receive(event, contact())
    await send()
    (message,) = mail_server.taken
    assert mail_server.purposes() == [purpose]
    assert "ready" not in (message["Subject"] + words(message)).lower()
    stored = await notifications.db.read(lambda tx: tx.fetchval("select message::text from message"))
    assert "ready" not in stored


async def test_a_mail_carries_the_replayed_date(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send(NOW + timedelta(minutes=5))
    assert mail_server.taken[0]["Date"].datetime == NOW + timedelta(minutes=5)


async def test_a_message_from_the_future_waits_for_its_moment(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER)
    await notifications.receive(enrolled(), at=NOW + timedelta(hours=1))
    assert await send() == 0
    assert await send(NOW + timedelta(hours=1)) == 1


async def test_who_comes_between_two_dates_hears_no_more_of_the_first(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    later = datetime(2020, 10, 6, 9, tzinfo=UTC)
    await notifications.receive(contact(), *OFFER, session_scheduled(uuid4(), starts_at=later))
    between = datetime(2020, 9, 30, 9, tzinfo=UTC)
    await notifications.receive(enrolled(effective_at=between), at=between)
    await send(between)
    assert mail_server.purposes() == ["confirmation"]
    assert [c.events[0].start for c in calendars(mail_server.taken[0])] == [later]
    assert await messages_of(notifications) == [("confirmation", "sent", None)]


async def test_a_confirmation_that_leaves_late_invites_to_nothing_that_is_over(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send(datetime(2020, 9, 30, 9, tzinfo=UTC))
    (message,) = mail_server.taken
    assert calendars(message) == []
    assert "Join here" not in words(message)
    assert "Every date planned so far has already taken place." in words(message)
    assert await messages_of(notifications) == [("confirmation", "sent", None)]


async def test_an_update_that_could_not_leave_before_its_date_is_not_sent(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(session_scheduled(uuid4(), starts_at=NOW + timedelta(hours=1)))
    await send(NOW + timedelta(days=1))
    assert mail_server.purposes() == ["confirmation"]
    assert ("session_update", "suppressed", "over") in await messages_of(notifications)


async def test_a_withdrawal_that_leaves_late_cancels_nothing_that_is_over(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(withdrawn())
    await send(datetime(2020, 9, 30, 9, tzinfo=UTC))
    assert mail_server.purposes() == ["confirmation", "withdrawal"]
    assert calendars(mail_server.taken[1]) == []


async def messages_of(notifications: ServiceUnderTest) -> list[tuple[str, str, str | None]]:
    rows = await notifications.db.read(
        lambda tx: tx.fetch("select purpose, state, failure_code from message order by position")
    )
    return [tuple(row) for row in rows]
