"""What a sender has claimed it alone sends, with no transaction open, until it is settled or the claim is over."""

import asyncio
import math
from uuid import uuid4

import pytest

from services.notifications.channels.domain.deliveries import ClaimId
from services.notifications.channels.store import templates
from services.notifications.channels.workers.senders import Sender
from services.notifications.settings import Settings
from shared.postgres.database import Database, Transaction
from shared.workers import WorkerContext
from tests.service.notifications.announcements import (
    AMARA,
    NOW,
    attended,
    contact,
    enrolled,
    missed,
    recording_published,
)
from tests.service.notifications.conftest import Crash, Send, claim_all, claim_and_send, claims_pass
from tests.service.notifications.mail_server import MailServer, uids
from tests.service.notifications.sending import OFFER, failures, many, states
from tests.support.databases import rows
from tests.support.delivery import eventually, somebody_waits, unhurried
from tests.support.services import ServiceUnderTest

LEFT = "select extract(epoch from claimed_until - clock_timestamp()) from message"
IN_TRANSACTION = (
    "select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'"
)


async def test_a_crash_after_the_servers_yes_repeats_the_same_message_id_and_calendar_entry_once_its_claim_is_over(
    notifications: ServiceUnderTest, mail_server: MailServer, send_otherwise: Send, crash: Crash
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await crash()
    assert await send_otherwise() == 0
    assert await notifications.announced() == []
    await claims_pass(notifications)
    await send_otherwise()
    assert len(mail_server.taken) == 2
    assert len(set(mail_server.ids())) == 1
    assert uids(mail_server.taken[0]) == uids(mail_server.taken[1])
    assert len(await notifications.announced()) == 1


async def test_what_a_sender_knows_of_its_mails_it_writes_down_when_postgres_is_back(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, crash: Crash
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await crash()
    assert await states(notifications) == {"created": 1}
    assert await send() == 1
    assert await states(notifications) == {"sent": 1}
    assert len(mail_server.taken) == len(await notifications.announced()) == 1


async def test_who_comes_too_late_with_its_word_changes_nothing(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, send_otherwise: Send, crash: Crash
) -> None:
    """Its claim is over, and somebody else's by now."""
    await notifications.receive(contact(), *OFFER, enrolled())
    await crash()
    await claims_pass(notifications)
    await send_otherwise()
    before = await rows(notifications.db, "select * from message")
    assert await send() == 0
    assert await rows(notifications.db, "select * from message") == before
    assert len(await notifications.announced()) == 1


async def test_no_transaction_is_open_while_a_mail_is_handed_over(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, send_otherwise: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        assert await rows(notifications.db, IN_TRANSACTION) == []
        assert await send_otherwise() == 0
    assert await sending == 1
    assert len(mail_server.taken) == 1


async def test_two_senders_at_once_send_each_message_once(
    notifications: ServiceUnderTest, mail_server: MailServer, settings: Settings
) -> None:
    await notifications.receive(*OFFER, *many(130))
    await notifications.clock.advance_to(NOW)
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


async def test_a_sender_that_is_stopped_leaves_the_rest_to_others_at_once(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, send_otherwise: Send
) -> None:
    await notifications.receive(*OFFER, contact(), enrolled(), *many(3))
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert await send_otherwise() == 3
    assert await failures(notifications) == [(AMARA, "temporary-failure", "unconfirmed")]


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


async def test_a_slow_server_ends_the_batch_so_that_others_get_the_rest(
    notifications: ServiceUnderTest,
    mail_server: MailServer,
    sender: Sender,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.notifications.channels.workers.senders.BATCH_SECONDS", 0.0)
    await notifications.receive(*OFFER, *many(3))
    await notifications.clock.advance_to(NOW)
    context = WorkerContext(notifications.db, notifications.clock, settings)
    assert [await sender.send_due(context) for _ in range(4)] == [1, 1, 1, 0]
    assert len(mail_server.taken) == 3


async def test_what_one_sender_has_claimed_no_other_gets_before_the_claim_is_over(
    notifications: ServiceUnderTest,
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled(), missed(), recording_published())
    mine, others = ClaimId(uuid4()), ClaimId(uuid4())

    async def claim_twice(tx: Transaction) -> tuple[int, int]:
        return len(await claim_all(tx, mine)), len(await notifications.db.run(claim_all, others))

    assert await notifications.db.run(claim_twice) == (2, 0)
    assert len(await notifications.db.run(claim_all, others)) == 0
    assert len(await notifications.db.run(claim_all, mine)) == 2
    await claims_pass(notifications)
    assert len(await notifications.db.run(claim_all, others)) == 2


async def test_no_mail_is_begun_that_could_outlast_its_claim(
    notifications: ServiceUnderTest, mail_server: MailServer, settings: Settings
) -> None:
    """As when the process was frozen after it had claimed."""
    await notifications.receive(contact(), *OFFER, enrolled())
    batch = await claim_and_send(notifications, settings, ClaimId(uuid4()), until=-math.inf)
    assert (len(batch.due), batch.done, mail_server.connections) == (1, [], 0)


async def open_ends(notifications: ServiceUnderTest) -> tuple[int, int]:
    report = (await notifications.as_("ops").get("/v1/reports/messages")).json()
    return report["under_way"], report["uncertain"]


async def test_what_a_lost_sender_may_have_sent_is_told_until_it_is_known(
    notifications: ServiceUnderTest, send: Send, send_otherwise: Send, crash: Crash
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(missed(), recording_published())
    await crash()
    assert await open_ends(notifications) == (1, 0)
    await notifications.receive(attended())
    assert await open_ends(notifications) == (0, 1)
    await claims_pass(notifications)
    await send_otherwise()
    assert await open_ends(notifications) == (0, 1)


async def test_what_is_sent_after_all_is_certain(
    notifications: ServiceUnderTest, send_otherwise: Send, crash: Crash
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await crash()
    await claims_pass(notifications)
    await send_otherwise()
    assert await open_ends(notifications) == (0, 0)


async def test_a_sender_that_is_stopped_while_it_settles_writes_down_what_left(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    """As at the end of the process, when Postgres is slow."""
    await notifications.receive(contact(), *OFFER, enrolled())
    held, goes_on = asyncio.Event(), asyncio.Event()

    async def hold(tx: Transaction) -> None:
        await unhurried(tx)
        await tx.execute("update cohort set title = title")
        held.set()
        await goes_on.wait()

    holding = asyncio.create_task(notifications.db.run(hold))
    await held.wait()
    sending = asyncio.create_task(send())
    await eventually(lambda: somebody_waits(notifications.db))
    sending.cancel()
    await asyncio.sleep(0)
    goes_on.set()
    await asyncio.wait((sending, holding))
    assert await states(notifications) == {"sent": 1}
    assert len(mail_server.taken) == 1


async def test_a_claim_leaves_a_mail_far_more_time_than_it_may_take(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, settings: Settings
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        [(left,)] = await rows(
            notifications.db, "select extract(epoch from claimed_until - clock_timestamp()) from message"
        )
    await sending
    assert left > 2 * settings.mail_seconds


async def test_a_sender_frozen_after_its_claim_begins_no_mail_that_could_outlast_it(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    monkeypatch.setattr("services.notifications.channels.workers.senders.time", Frozen())
    assert await send() == 0
    assert mail_server.connections == 0
    assert await states(notifications) == {"created": 1}


class Frozen:
    """A clock that goes on by an hour each time it is looked at."""

    def __init__(self) -> None:
        self._now = 0.0

    def monotonic(self) -> float:
        self._now += 3_600
        return self._now
