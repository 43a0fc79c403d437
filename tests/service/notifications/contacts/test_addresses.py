"""Somebody whose address changes: a calendar entry lives where its invitation went, and is taken out there."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from shared.contracts.envelope import Contract
from shared.contracts.notifications.messages import MessageSent
from tests.service.notifications.announcements import (
    AMARA,
    cohort_opened,
    contact,
    enrolled,
    session_scheduled,
    withdrawn,
)
from tests.service.notifications.conftest import Send
from tests.service.notifications.mail_server import MailServer, calendars, uids, words
from tests.support.services import ServiceUnderTest

OLD, NEW, NEWEST = "old@example.org", "new@example.org", "newest@example.org"
MOVED = session_scheduled(starts_at=datetime(2020, 9, 30, 13, tzinfo=UTC), calendar_sequence=1)
SECOND = session_scheduled(uuid4(), starts_at=datetime(2020, 10, 6, 9, tzinfo=UTC))


def at(address: str) -> Contract:
    return contact(email=address)


def told(server: MailServer) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """For each mail its address, its purpose, and what it does to the calendar there."""
    return [
        (
            mail["To"].addresses[0].addr_spec,
            mail["X-Academy-Purpose"],
            [(str(c["METHOD"]), c.events[0].sequence) for c in calendars(mail)],
        )
        for mail in server.taken
    ]


async def test_a_withdrawal_reaches_the_calendar_that_was_invited(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    await send()
    await notifications.receive(at(NEW), withdrawn())
    await send()
    assert told(mail_server) == [
        (OLD, "confirmation", [("REQUEST", 0)]),
        (NEW, "withdrawal", []),
        (OLD, "cancellation", [("CANCEL", 1)]),
    ]
    invitation, letter, cancellation = mail_server.taken
    assert uids(cancellation) == uids(invitation)
    assert calendars(cancellation)[0].events[0]["ATTENDEE"] == f"mailto:{OLD}"
    assert "went to an earlier address of yours are cancelled there" in words(letter)
    assert await send() == 0


async def test_an_earlier_address_learns_nothing_but_the_cancellation(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    await send()
    await notifications.receive(contact(name="Grace Hopper", email=NEW), withdrawn())
    await send()
    said = mail_server.taken[2].as_string() + calendars(mail_server.taken[2])[0].to_ical().decode()
    assert not any(word in said for word in ("Amara", "Grace", "Hopper", NEW, "withdrawn"))


async def test_each_mail_of_one_event_has_an_id_and_an_announcement_of_its_own(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), SECOND, enrolled())
    await send()
    await notifications.receive(at(NEW))
    (cause,) = await notifications.receive(withdrawn())
    await send()
    assert len(set(mail_server.ids())) == len(mail_server.taken) == 4
    sent = await notifications.announced(MessageSent)
    assert [e.purpose for e in sent] == ["confirmation", "withdrawal", "cancellation", "cancellation"]
    assert {e.cause_event_id for e in sent[1:]} == {cause.envelope.id}
    assert len({e.message_id for e in sent}) == 4


async def test_a_changed_session_moves_to_the_new_address(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    await send()
    await notifications.receive(at(NEW), MOVED)
    await send()
    await notifications.receive(withdrawn())
    await send()
    assert told(mail_server) == [
        (OLD, "confirmation", [("REQUEST", 0)]),
        (NEW, "session_update", [("REQUEST", 2)]),
        (OLD, "cancellation", [("CANCEL", 1)]),
        (NEW, "withdrawal", [("CANCEL", 3)]),
    ]


async def test_sessions_at_several_addresses_are_each_cancelled_where_they_are(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    third = session_scheduled(uuid4(), starts_at=datetime(2020, 10, 13, 9, tzinfo=UTC))
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    for events in ((at(NEW), SECOND), (at(NEWEST), third), (withdrawn(),)):
        await send()
        await notifications.receive(*events)
    await send()
    assert sorted(told(mail_server)[3:]) == [
        (NEW, "cancellation", [("CANCEL", 1)]),
        (NEWEST, "withdrawal", [("CANCEL", 1)]),
        (OLD, "cancellation", [("CANCEL", 1)]),
    ]


async def test_who_comes_back_under_a_new_address_is_invited_there(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    await send()
    await notifications.receive(withdrawn(), at(NEW), enrolled())
    await send()
    assert sorted(told(mail_server)[1:]) == [
        (NEW, "confirmation", [("REQUEST", 2)]),
        (NEW, "withdrawal", []),
        (OLD, "cancellation", [("CANCEL", 1)]),
    ]


async def test_the_earlier_calendar_is_cleared_also_when_the_new_address_takes_no_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    await send()
    mail_server.refusals[NEW] = "550 no such mailbox"
    await notifications.receive(at(NEW), withdrawn())
    await send()
    assert told(mail_server)[1:] == [(OLD, "cancellation", [("CANCEL", 1)])]


async def test_a_cancellation_that_is_refused_for_now_goes_to_the_same_address_later(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    await send()
    mail_server.refusals[OLD] = "451 busy"
    await notifications.receive(at(NEW), withdrawn())
    await send()
    mail_server.refusals.clear()
    answer = await notifications.as_("ops").get("/v1/operations/messages", params={"purpose": "cancellation"})
    assert [(c["messages"], c["waiting_for"]) for c in answer.json()["items"]] == [({"temporary-failure": 1}, [])]
    await notifications.db.run(lambda tx: tx.execute("update message set retry_at = clock_timestamp()"))
    await notifications.receive(at(NEWEST))
    await send()
    assert told(mail_server)[2:] == [(OLD, "cancellation", [("CANCEL", 1)])]


async def test_an_earlier_address_is_forgotten_once_it_was_written_to(
    notifications: ServiceUnderTest, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    await send()
    await notifications.receive(at(NEW), MOVED)
    await send()
    assert OLD not in await notifications.db.read(_everything)


async def test_an_address_that_stays_gets_one_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    await send()
    await notifications.receive(at(OLD.upper()), withdrawn())
    await send()
    assert [purpose for _, purpose, _ in told(mail_server)] == ["confirmation", "withdrawal"]
    assert told(mail_server)[1][2] == [("CANCEL", 1)]


async def test_participants_see_the_cancellation_among_their_messages(
    notifications: ServiceUnderTest, send: Send
) -> None:
    await notifications.receive(at(OLD), cohort_opened(), session_scheduled(), enrolled())
    await send()
    await notifications.receive(at(NEW), withdrawn())
    await send()
    answer = await notifications.as_("learner", person_id=AMARA).get("/v1/messages")
    states = sorted((m["purpose"], m["state"]) for m in answer.json()["items"])
    assert states == [("cancellation", "sent"), ("confirmation", "sent"), ("withdrawal", "sent")]
    assert OLD not in answer.text


async def _everything(tx: Any) -> str:
    rows = [await tx.fetch(f"select t::text from {table} t") for table in ("message", "invitation", "contact")]
    return str(rows)
