"""Sending under trouble: nothing is lost, nothing is told under two ids, nobody holds up the others."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from aiosmtplib import SMTP

from academy.local.ports import any_free_port
from services.notifications.commands import deliveries
from services.notifications.settings import Settings
from services.notifications.store import templates
from services.notifications.workers.post import Post
from services.notifications.workers.senders import BATCH, Batch, Sender
from shared.postgres.database import Database, PostgresAway, Transaction
from shared.workers import WorkerContext
from tests.service.notifications.announcements import (
    AMARA,
    NOW,
    cohort_opened,
    contact,
    enrolled,
    missed,
    programme_published,
    recording_published,
    session_scheduled,
    withdrawn,
)
from tests.service.notifications.conftest import Send, cut_off_senders
from tests.service.notifications.mail_server import MailServer, uids
from tests.support.delivery import eventually, patience, somebody_waits, unhurried
from tests.support.services import ServiceUnderTest

AMARAS = contact().email
OFFER = (programme_published(), cohort_opened(), session_scheduled())
LATER_DATE = session_scheduled(uuid4(), starts_at=datetime(2020, 10, 6, 9, tzinfo=UTC))


@dataclass(slots=True)
class Rest:
    """The clock by which a sender rests after a failure: it goes on when a test says so."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def end(self) -> None:
        """Let more time pass than the longest rest takes."""
        self.now += 2 * Post.LONGEST_REST


@pytest.fixture(autouse=True)
def rest(monkeypatch: pytest.MonkeyPatch) -> Rest:
    monkeypatch.setattr("services.notifications.workers.post.time", rest := Rest())
    return rest


def many(people: int) -> list[Any]:
    """People with contact details and a place each."""
    ids = [uuid4() for _ in range(people)]
    return [event for person_id in ids for event in (contact(person_id), enrolled(person_id))]


async def states(notifications: ServiceUnderTest) -> dict[str, int]:
    """How many messages stand in which state."""

    async def count(tx: Transaction) -> list[Any]:
        return await tx.fetch("select state, count(*) from message group by state")

    return dict(await notifications.db.read(count))


async def retry_now(notifications: ServiceUnderTest) -> None:
    """Let the pause of every message be over."""
    await notifications.db.run(lambda tx: tx.execute("update message set retry_at = clock_timestamp()"))


async def test_a_crash_after_the_servers_yes_repeats_the_same_message_id_and_calendar_entry(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        await notifications.db.run(cut_off_senders)
    with pytest.raises(PostgresAway):
        await sending
    assert await notifications.announced() == []
    await send()
    assert len(mail_server.taken) == 2
    assert len(set(mail_server.ids())) == 1
    assert uids(mail_server.taken[0]) == uids(mail_server.taken[1])
    assert len(await notifications.announced()) == 1


async def test_two_senders_at_once_send_each_message_once(
    notifications: ServiceUnderTest, mail_server: MailServer, settings: Settings
) -> None:
    await notifications.receive(*OFFER, *many(130))
    await notifications.clock.see(NOW)
    context = WorkerContext(notifications.db, notifications.clock, settings)
    senders = [Sender(templates.load()) for _ in range(3)]
    while sum(await asyncio.gather(*(s.send_due(context) for s in senders))):
        pass
    for sender in senders:
        await sender.close()
    assert len(mail_server.taken) == 130
    assert len(set(mail_server.ids())) == 130
    assert mail_server.connections == 3
    assert len(await notifications.announced()) == 130


async def test_one_connection_is_kept_for_all_batches(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*OFFER, *many(BATCH + 1))
    assert await send() == BATCH + 1
    assert mail_server.connections == 1


async def test_an_outage_of_the_mail_server_loses_nothing_and_blames_no_message(
    notifications: ServiceUnderTest, send: Send, settings: Settings, rest: Rest
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    server = MailServer(any_free_port())
    settings.smtp = f"127.0.0.1:{server.port}"
    assert await send() == 0
    assert await states(notifications) == {"created": 1}
    rest.end()
    async with server.listening():
        assert await send() == 1
    assert server.purposes() == ["confirmation"]
    assert await states(notifications) == {"sent": 1}


async def test_while_the_mail_server_is_away_it_is_asked_less_and_less_often(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    mail_server.refusals[AMARAS] = "421 closing"
    for _ in range(20):
        assert await send() == 0
    assert mail_server.connections == 1


async def test_a_server_that_hangs_up_is_called_again(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    mail_server.hang_up()
    await notifications.receive(withdrawn())
    async with patience():
        while not await send():
            rest.end()
    assert mail_server.purposes() == ["confirmation", "withdrawal"]


async def test_what_left_before_the_server_hung_up_is_settled(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*OFFER, *many(3), contact(), enrolled())
    mail_server.refusals[AMARAS] = "421 closing"
    assert await send() == 3
    assert await states(notifications) == {"sent": 3, "created": 1}
    assert len(await notifications.announced()) == 3


async def test_a_mail_that_ends_the_connection_twice_is_set_aside_for_the_others(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    await notifications.receive(*OFFER, contact(), enrolled(), *many(3))
    mail_server.refusals[AMARAS] = "421 closing"
    for ended in (0, 1, 3):
        assert await send() == ended
        rest.end()
    assert await states(notifications) == {"temporary-failure": 1, "sent": 3}


async def test_a_temporary_refusal_pauses_that_message_alone_and_is_tried_again(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled(), *many(2))
    mail_server.refusals[AMARAS] = "451 busy"
    await send()
    assert await states(notifications) == {"sent": 2, "temporary-failure": 1}
    mail_server.refusals.clear()
    assert await send() == 0
    await retry_now(notifications)
    assert await send() == 1
    assert await states(notifications) == {"sent": 3}


async def test_a_cancellation_never_overtakes_an_invitation_that_is_still_tried(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    mail_server.refusals[AMARAS] = "451 busy"
    await send()
    mail_server.refusals.clear()
    await notifications.receive(withdrawn())
    assert await send() == 0
    await retry_now(notifications)
    await send()
    assert mail_server.purposes() == ["confirmation", "withdrawal"]


async def test_a_permanent_refusal_ends_the_message_with_its_code(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled(), *many(2))
    mail_server.refusals[AMARAS] = "550 no such mailbox"
    await send()
    await retry_now(notifications)
    assert await send() == 0
    assert await states(notifications) == {"sent": 2, "permanent-failure": 1}
    failed = await notifications.db.read(
        lambda tx: tx.fetchval("select failure_code from message where person_id = $1", AMARA)
    )
    assert failed == "smtp_550"
    assert len(await notifications.announced()) == 2


@pytest.mark.parametrize("refused", ["not an address", "550", "451"])
async def test_a_confirmation_that_reached_nobody_goes_to_the_new_address_with_every_date(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, refused: str
) -> None:
    at_first = contact() if refused.isdecimal() else contact(email=refused)
    mail_server.refusals[AMARAS] = f"{refused} no such mailbox"
    await notifications.receive(at_first, *OFFER, enrolled())
    await send()
    await notifications.receive(LATER_DATE)
    await send()
    assert mail_server.taken == []
    await notifications.receive(contact(email="amara@example.org"))
    await send()
    assert mail_server.purposes() == ["confirmation"]
    assert len(uids(mail_server.taken[0])) == 2
    await notifications.receive(contact(email="amara.okafor@example.org"))
    assert await send() == 0


async def test_a_place_given_up_is_not_confirmed_at_a_new_address(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email="not an address"), *OFFER, enrolled(), withdrawn())
    await send()
    await notifications.receive(contact(email="amara@example.org"))
    await send()
    assert mail_server.taken == []
    await notifications.receive(enrolled())
    await send()
    assert mail_server.purposes() == ["confirmation"]


async def test_an_address_that_changes_while_the_old_one_is_refused_is_tried(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    mail_server.answer = "550 no such mailbox"
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        changing = asyncio.create_task(notifications.receive(contact(email="amara@example.org")))
        await eventually(lambda: somebody_waits(notifications.db))
    await asyncio.gather(sending, changing)
    mail_server.answer = "250 OK"
    await send()
    assert [mail["To"] for mail in mail_server.taken] == ["Amara Okafor <amara@example.org>"]


async def test_an_address_that_is_none_ends_its_own_message_only(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email="not an address"), *OFFER, enrolled(), *many(1))
    await send()
    assert await states(notifications) == {"sent": 1, "permanent-failure": 1}
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("name", ["\U0001f600" * 200, "Nguyễn " * 60 + "Ánh", "a" * 1200, "=?utf-8?q?x?="])
async def test_a_mail_server_takes_a_mail_to_any_name(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, name: str
) -> None:
    await notifications.receive(contact(name=name, email=AMARAS), *OFFER, enrolled())
    await send()
    assert await states(notifications) == {"sent": 1}
    assert mail_server.taken[0]["To"].addresses[0].addr_spec == AMARAS


async def test_a_message_that_cannot_be_written_holds_up_nobody(notifications: ServiceUnderTest, send: Send) -> None:
    await notifications.receive(contact(), *OFFER, enrolled(), *many(1))
    await notifications.db.run(lambda tx: tx.execute("update message set details = '{}' where person_id = $1", AMARA))
    await send()
    assert await states(notifications) == {"sent": 1, "technical-failure": 1}


async def test_a_transaction_that_is_run_again_sends_nothing_twice(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    """Sender and another transaction meet at two rows in opposite order; whom Postgres sacrifices tries again."""
    await notifications.receive(contact(), *OFFER, enrolled())
    sender_waits = asyncio.Event()
    blocking = asyncio.create_task(notifications.db.run(_meet_the_sender, notifications.db, sender_waits))
    await sender_waits.wait()
    await asyncio.gather(send(), blocking)
    assert mail_server.purposes() == ["confirmation"]
    assert await states(notifications) == {"sent": 1}


async def _meet_the_sender(tx: Transaction, db: Database, holding: asyncio.Event) -> None:
    """Run again, because it was the one sacrificed, it meets nobody."""
    await unhurried(tx)
    await tx.execute("update place set held = held")
    if not holding.is_set():
        holding.set()
        await eventually(lambda: somebody_waits(db))
    await tx.execute("update cohort set title = title")


async def test_a_session_that_comes_while_its_confirmation_is_on_the_way_is_told_by_an_update(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        await notifications.receive(session_scheduled(uuid4(), starts_at=datetime(2020, 10, 6, 9, tzinfo=UTC)))
    await sending
    await send()
    assert mail_server.purposes() == ["confirmation", "session_update"]
    assert [len(uids(m)) for m in mail_server.taken] == [1, 1]


async def test_a_confirmation_is_not_settled_while_a_session_is_being_written(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())

    async def schedule_slowly(tx: Transaction, written: asyncio.Event) -> None:
        await unhurried(tx)
        await notifications.inbox.handle(tx, notifications.envelope(LATER_DATE))
        written.set()
        await eventually(lambda: somebody_waits(notifications.db))

    written = asyncio.Event()
    scheduling = asyncio.create_task(notifications.db.run(schedule_slowly, written))
    await written.wait()
    await asyncio.gather(send(), scheduling)
    await send()
    assert mail_server.purposes() == ["confirmation", "session_update"]


async def test_a_session_is_not_written_while_a_confirmation_is_being_settled(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, settings: Settings
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())

    async def settle_slowly(tx: Transaction, settled: asyncio.Event) -> None:
        await unhurried(tx)
        post = Post(SMTP(**settings.smtp_connection()))
        await Batch(templates.load(), settings.desk(), post, NOW).run(tx)
        await post.close()
        settled.set()
        await eventually(lambda: somebody_waits(notifications.db))

    settled = asyncio.Event()
    settling = asyncio.create_task(notifications.db.run(settle_slowly, settled))
    await settled.wait()
    await asyncio.gather(notifications.receive(LATER_DATE), settling)
    await send()
    assert mail_server.purposes() == ["confirmation", "session_update"]


@pytest.mark.parametrize("_round", range(3))
async def test_sessions_and_confirmations_that_race_leave_everybody_knowing_every_date(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, _round: int
) -> None:
    await notifications.receive(*OFFER, *many(20))
    mail_server.slow = 0.002

    async def schedule() -> None:
        for day in range(1, 9):
            starts_at = datetime(2020, 10, day, 9, tzinfo=UTC)
            await notifications.receive(session_scheduled(uuid4(), starts_at=starts_at))
            await asyncio.sleep(0.01)  # spread over the time the mails take; any other mixture must do as well

    await asyncio.gather(send(), schedule())
    await send()
    told: dict[str, set[str]] = {}
    for mail in mail_server.taken:
        told.setdefault(str(mail["To"]), set()).update(uids(mail))
    assert [len(dates) for dates in told.values()] == [9] * 20


async def test_a_slow_server_ends_the_batch_before_its_transaction_grows_old(
    notifications: ServiceUnderTest,
    mail_server: MailServer,
    sender: Sender,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.notifications.workers.senders.BATCH_SECONDS", 0.0)
    await notifications.receive(*OFFER, *many(3))
    await notifications.clock.see(NOW)
    context = WorkerContext(notifications.db, notifications.clock, settings)
    assert [await sender.send_due(context) for _ in range(4)] == [1, 1, 1, 0]
    assert len(mail_server.taken) == 3


async def test_what_one_sender_holds_no_other_gets(notifications: ServiceUnderTest) -> None:
    await notifications.receive(contact(), *OFFER, enrolled(), missed(), recording_published())

    async def claim_twice(tx: Transaction) -> tuple[int, int]:
        mine = await deliveries.claim(tx, now=NOW, limit=BATCH)
        others = await notifications.db.run(deliveries.claim, now=NOW, limit=BATCH)
        return len(mine), len(others)

    assert await notifications.db.run(claim_twice) == (2, 0)
