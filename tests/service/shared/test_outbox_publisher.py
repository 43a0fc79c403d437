"""What the relay does when Kafka answers late, wrongly or not at all; a made-up Kafka, real Postgres."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from shared.messaging import in_flight, outbox_publisher
from shared.messaging.lanes import Lanes
from shared.messaging.producer import BatchRefused, Blame
from shared.postgres.database import Database, Transaction
from tests.support.delivery import announce, eventually, keys_in, numbered, relaying, unhurried, unsent
from tests.support.staged import NOWHERE, Attempt, StagedKafka, taken

KEY = UUID(int=1)

pytestmark = pytest.mark.usefixtures("outlives_silence")


@asynccontextmanager
async def relaying_to(kafka: StagedKafka, address: str) -> AsyncGenerator[None]:
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        yield


def logged(kafka: StagedKafka, how_many: int) -> Callable[[], Any]:
    async def ask() -> bool:
        return len(kafka.log) >= how_many

    return ask


def tried(kafka: StagedKafka, how_many: int = 1) -> Callable[[], Any]:
    async def ask() -> bool:
        return len(kafka.attempts) >= how_many

    return ask


def answering_first(*answers: Callable[[StagedKafka, Attempt], Any]) -> StagedKafka:
    """A Kafka that gives these answers to the first attempts, and takes all others."""
    coming = iter(answers)
    kafka = StagedKafka()

    async def answer(attempt: Attempt) -> None:
        await next(coming, _take)(kafka, attempt)

    kafka.answer = answer
    return kafka


async def _take(_: StagedKafka, attempt: Attempt) -> None:
    await taken(attempt)


async def _refuse(_: StagedKafka, __: Attempt) -> None:
    await asyncio.sleep(0.05)  # room for an event to overtake; on a slow machine there may be less
    raise BatchRefused("NotLeaderForPartition", Blame.MOMENT)


async def _lose_the_acknowledgement(kafka: StagedKafka, attempt: Attempt) -> None:
    kafka.write(attempt)
    raise BatchRefused("RequestTimedOut", Blame.MOMENT)


async def _stay_silent(_: StagedKafka, __: Attempt) -> None:
    await asyncio.Event().wait()


async def test_a_row_stays_until_its_acknowledgement_is_there(db: Database, address: str) -> None:
    acknowledged = asyncio.Event()

    async def late(_: StagedKafka, __: Attempt) -> None:
        await acknowledged.wait()

    kafka = answering_first(late)
    async with relaying_to(kafka, address):
        await db.run(announce, numbered(KEY, 1))
        await eventually(tried(kafka))
        assert await unsent(db) == [(str(KEY), 1)]
        acknowledged.set()
        await eventually(lambda: _nothing_unsent(db))


async def _nothing_unsent(db: Database) -> bool:
    return not await unsent(db)


async def test_no_event_overtakes_one_of_its_lane_that_was_refused(db: Database, address: str) -> None:
    kafka = answering_first(_refuse)
    await db.run(announce, *(numbered(KEY, n) for n in (1, 2, 3)))
    async with relaying_to(kafka, address):
        await eventually(logged(kafka, 3))
    assert kafka.log == [(str(KEY), 1), (str(KEY), 2), (str(KEY), 3)]
    assert kafka.most_in_the_air == 1


async def test_versions_leave_in_order_however_early_their_transactions_began(db: Database, address: str) -> None:
    begun, other_is_through = asyncio.Event(), asyncio.Event()

    async def began_early(tx: Transaction) -> None:
        await unhurried(tx)
        await tx.fetchval("select pg_current_xact_id()")
        begun.set()
        await other_is_through.wait()
        await announce(tx, numbered(KEY, 2))

    early = asyncio.create_task(db.run(began_early))
    await begun.wait()
    await db.run(announce, numbered(KEY, 1))
    other_is_through.set()
    await early
    kafka = StagedKafka()
    async with relaying_to(kafka, address):
        await eventually(logged(kafka, 2))
    assert kafka.log == [(str(KEY), 1), (str(KEY), 2)]


async def test_a_lost_acknowledgement_repeats_the_batch_and_loses_nothing(db: Database, address: str) -> None:
    kafka = answering_first(_lose_the_acknowledgement)
    await db.run(announce, numbered(KEY, 1), numbered(KEY, 2))
    async with relaying_to(kafka, address):
        await eventually(lambda: _nothing_unsent(db))
    assert kafka.log == [(str(KEY), 1), (str(KEY), 2)] * 2


async def test_a_producer_sends_nothing_more_to_a_lane_that_refused_its_batch(db: Database, address: str) -> None:
    sick, *well = keys_in(6, 4)

    async def refuses_one_record(attempt: Attempt) -> None:
        if (str(sick), 1) in attempt.records:
            raise BatchRefused("MessageSizeTooLargeError", Blame.RECORD)

    kafka = StagedKafka(refuses_one_record)
    await db.run(announce, numbered(sick, 1), *(numbered(key, n) for key in well for n in (1, 2)))
    async with relaying_to(kafka, address):
        await eventually(logged(kafka, 6))
    assert kafka.through_spoilt == 0
    assert await unsent(db) == [(str(sick), 1)]


async def test_a_batch_without_any_answer_is_given_up_and_so_is_its_producer(
    db: Database, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_flight, "NO_ACK", 0.3)
    kafka = answering_first(_stay_silent)
    await db.run(announce, numbered(KEY, 1))
    async with relaying_to(kafka, address):
        await eventually(logged(kafka, 1))
        await eventually(lambda: _nothing_unsent(db))
    assert [attempt.producer for attempt in kafka.attempts] == [1, 2]


async def test_a_lane_that_waits_for_kafka_keeps_no_other_waiting(db: Database, address: str) -> None:
    stuck, free = keys_in(0, 1)[0], keys_in(11, 1)[0]
    answered = asyncio.Event()

    async def silent_for_the_first_lane(attempt: Attempt) -> None:
        if attempt.lane == 0:
            await answered.wait()

    kafka = StagedKafka(silent_for_the_first_lane)
    await db.run(announce, *(numbered(stuck, n) for n in range(1000)))
    async with relaying_to(kafka, address):
        await eventually(tried(kafka))
        await db.run(announce, numbered(free, 1))
        await eventually(logged(kafka, 1))
        assert kafka.log == [(str(free), 1)]
        answered.set()


async def test_a_lane_is_given_up_only_when_nothing_of_it_is_in_the_air(
    db: Database, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_publisher, "SHARE_EVERY", 0.05)
    shared = counting_shares(monkeypatch)
    acknowledged = asyncio.Event()

    async def late(_: Attempt) -> None:
        await acknowledged.wait()

    kafka = StagedKafka(late)
    await db.run(announce, *(numbered(key, 1) for lane in range(12) for key in keys_in(lane, 1)))
    async with relaying_to(kafka, address):
        await eventually(tried(kafka, 12))
        async with relaying_to(kafka, address):
            await eventually(lambda: len(shared) == 2 and min(shared.values()) >= 5)
            shared.clear()
            await eventually(lambda: len(shared) == 2 and min(shared.values()) >= 5)  # both know of each other
            assert len(kafka.attempts) == 12
            acknowledged.set()
            await eventually(lambda: _nothing_unsent(db))
    assert kafka.most_in_the_air == 1


def counting_shares(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """How often each relay has looked at what is its fair share, and done what follows."""
    shared: Counter[int] = Counter()
    share = Lanes.share

    async def counted(self: Lanes, busy: Collection[int]) -> None:
        await share(self, busy)
        shared[id(self)] += 1

    monkeypatch.setattr(Lanes, "share", counted)
    return shared
