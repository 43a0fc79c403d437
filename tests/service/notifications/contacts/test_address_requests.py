"""How often an address is asked whether it may be written to: so many times a day, whoever asks and however often."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifications.contacts.domain.contacts import address_print
from services.notifications.contacts.store.address_requests import next_turn
from shared.ids import PersonId
from shared.postgres.database import Transaction
from tests.service.notifications.announcements import AMARA, NOW
from tests.service.notifications.conftest import Send
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.own_addresses import DAY, HOUR, NEW, link, own, told, visit
from tests.support.databases import rows
from tests.support.delivery import eventually, somebody_waits
from tests.support.services import ServiceUnderTest


async def test_who_gives_an_address_again_is_asked_again_three_times_a_day(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    for n in range(10):
        await notifications.receive(own(after=timedelta(minutes=n)))
        await send(NOW + HOUR)
    assert told(mail_server) == [(NEW, "address_confirmation")] * 3
    await send(NOW + DAY - timedelta(seconds=1))
    assert len(mail_server.taken) == 3
    await send(NOW + DAY)
    assert len(mail_server.taken) == 4
    await send(NOW + 9 * DAY)
    assert len(mail_server.taken) == 4


async def test_however_many_people_give_an_address_it_is_asked_ten_times_a_day(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*(own(person_id=PersonId(a)) for a in many_ids(25)), at=NOW)
    asked = list[int]()
    for days in range(4):
        await send(NOW + HOUR + days * DAY)
        asked.append(len(mail_server.taken))
    assert asked == [10, 20, 25, 25]


async def test_of_two_people_who_ask_an_address_at_once_one_gets_its_last_turn(
    notifications: ServiceUnderTest,
) -> None:
    *others, first, second = many_ids(11)
    await notifications.receive(*(own(person_id=PersonId(a)) for a in others), at=NOW)
    asked = asyncio.Event()

    async def ask(tx: Transaction) -> datetime:
        turn = await next_turn(tx, first, NEW, now=NOW)
        asked.set()
        await eventually(lambda: somebody_waits(notifications.db))
        return turn

    asking = asyncio.create_task(notifications.db.run(ask))
    await asked.wait()
    turn = await notifications.db.run(next_turn, second, NEW, now=NOW)
    assert (await asking, turn) == (NOW, NOW + DAY)


@pytest.mark.parametrize("tries_again", [True, False])
async def test_whoever_gives_a_newcomers_address_keeps_nobody_from_confirming_it(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, *, tries_again: bool
) -> None:
    stranger = many_ids(1)[0]
    for day in range(3):
        for minutes in (0, 15, 30, 45):
            at = day * DAY + timedelta(minutes=minutes)
            await notifications.receive(own(after=at, person_id=stranger), at=NOW + at)
            await send(NOW + at)
        if day == 0 or tries_again:
            at = day * DAY + HOUR
            await notifications.receive(own(after=at), at=NOW + at)
            await send(NOW + at)
    asked = "select count(*) from message where person_id = $1 and state = 'sent'"
    assert await rows(notifications.db, asked, AMARA) == [(3 if tries_again else 1,)]
    [(strangers,)] = await rows(notifications.db, asked, stranger)
    assert strangers <= 9


async def test_who_gives_an_address_again_at_once_is_asked_again_once_and_ten_minutes_later(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    sent = list[int]()
    for minutes in (0, 1, 2, 3, 9, 10):
        at = timedelta(minutes=minutes)
        await notifications.receive(own(after=at), at=NOW + at)
        await send(NOW + at)
        sent.append(len(mail_server.taken))
    assert sent == [1, 1, 1, 1, 1, 2]


async def test_who_gives_an_address_again_keeps_the_turn_of_before(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    people = many_ids(20)
    for minutes, asks in enumerate(([*people[:10], AMARA], [*people[10:], AMARA])):
        at = timedelta(minutes=minutes)
        await notifications.receive(*(own(after=at, person_id=PersonId(a)) for a in asks), at=NOW)
    await send(NOW + DAY - HOUR)
    assert len(mail_server.taken) == 10
    await send(NOW + DAY)
    sent = "select count(*) from message where person_id = $1 and state = 'sent'"
    assert await rows(notifications.db, sent, AMARA) == [(1,)]


async def test_an_address_confirmed_is_asked_no_more(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(own(), at=NOW)
    await send(NOW)
    await notifications.receive(own(after=2 * HOUR), at=NOW)
    await visit(notifications, "POST", link(mail_server))
    await send(NOW + DAY)
    assert told(mail_server) == [(NEW, "address_confirmation")]


async def test_an_address_in_capitals_has_no_turns_of_its_own(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    people = many_ids(12)
    emails = (NEW, NEW.upper(), NEW.capitalize()) * 4
    await notifications.receive(*(own(e, person_id=PersonId(a)) for a, e in zip(people, emails, strict=True)), at=NOW)
    await send(NOW)
    assert len(mail_server.taken) == 10


async def test_a_question_that_never_was_tried_uses_no_turn(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*(own(f"{n}@example.org", timedelta(minutes=n)) for n in range(9)), at=NOW)
    await send(NOW)
    assert told(mail_server) == [("8@example.org", "address_confirmation")]


async def test_who_gives_ten_addresses_asks_three_of_them_a_day(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    for n in range(10):
        await notifications.receive(own(f"{n}@example.org", timedelta(minutes=n)))
        await send(NOW + HOUR)
    await send(NOW + 9 * DAY)
    assert [to for to, _ in told(mail_server)] == ["0@example.org", "1@example.org", "2@example.org", "9@example.org"]


async def test_a_question_that_was_refused_for_now_has_used_its_turn(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    emails = [f"{n}@example.org" for n in range(4)]
    mail_server.refusals |= dict.fromkeys(emails[:3], "451 busy")
    for n, email in enumerate(emails):
        await notifications.receive(own(email, timedelta(minutes=n)), at=NOW)
        await send(NOW)
    assert told(mail_server) == []
    await send(NOW + DAY)
    assert told(mail_server) == [(emails[3], "address_confirmation")]


async def test_what_was_asked_is_kept_for_a_day_and_tells_no_address(notifications: ServiceUnderTest) -> None:
    kept = "select address from address_request"
    await notifications.receive(own())
    assert await rows(notifications.db, kept) == [(address_print(NEW),)]
    await notifications.receive(own("later@example.org", 2 * DAY))
    assert await rows(notifications.db, kept) == [(address_print("later@example.org"),)]


def many_ids(count: int) -> list[Any]:
    return [type(AMARA)(int=AMARA.int + n) for n in range(1, count + 1)]
