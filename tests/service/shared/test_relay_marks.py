"""Reads begin at a mark, so that what was sent is not passed again and again; yet nothing is passed over."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from shared.messaging import lanes, marks, outbox_publisher, recovery, relay
from shared.messaging.producer import BatchRefused, Blame
from shared.postgres.database import Database, Transaction
from tests.support.databases import execute
from tests.support.delivery import TOPIC, announce, eventually, keys_in, numbered, relaying, unhurried, unsent
from tests.support.snapshots import an_old_snapshot
from tests.support.staged import NOWHERE, Attempt, StagedKafka

if TYPE_CHECKING:
    from shared.postgres.database import Connection

LANE = 7
KEY, OTHER, THIRD = keys_in(LANE, 3)
SENT = 6000
FILL = """
insert into outbox (topic, lane, event_id, key, version, type, payload, headers)
select $1, n % 12, gen_random_uuid(), 'key-' || n, 1, 'type', '{}', '{"time": "2020-10-01T09:00:00+00:00"}'
from generate_series(1, $2) as n
"""

pytestmark = pytest.mark.usefixtures("outlives_silence")


class Heard:
    """What the relay's connections have asked, the latest last."""

    def __init__(self) -> None:
        self.reads: list[Sequence[Any]] = []
        self.shares = 0

    def hear(self, query: Any) -> None:
        if query.query == outbox_publisher.SQL["pending"]:
            self.reads.append(query.args)
        self.shares += query.query == lanes.SQL["held"]

    def mark(self, lane: int) -> int:
        """Where the latest read of the topic's lane began."""
        for topics, numbers, _, _, _, at, _ in reversed(self.reads):
            for place in zip(topics, numbers, at, strict=True):
                if place[:2] == (TOPIC, lane):
                    return place[2]
        return 0

    async def some_shares(self) -> None:
        """Long enough for every mark to move as far as it will."""
        before = self.shares
        await eventually(lambda: self.shares >= before + 4)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Of relays that look around often, and never sweep."""
    heard, connect = Heard(), relay.connect

    async def overheard(dsn: str) -> "Connection":
        connection = await connect(dsn)
        connection.add_query_logger(heard.hear)
        return connection

    monkeypatch.setattr(relay, "connect", overheard)
    monkeypatch.setattr(outbox_publisher, "SHARE_EVERY", 0.05)
    monkeypatch.setattr(marks, "SWEEP_EVERY", 1e6)
    return heard


def all_sent(db: Database) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return not await unsent(db)

    return ask


async def pages_touched(address: str, read: Sequence[Any]) -> int:
    connection = await relay.connect(address)
    try:
        [[plan]] = await connection.fetch(
            f"explain (analyze, buffers, format json) {outbox_publisher.SQL['pending']}", *read
        )
    finally:
        await connection.close()
    [told] = json.loads(plan)
    return told["Plan"]["Shared Hit Blocks"] + told["Plan"]["Shared Read Blocks"]


async def test_what_an_old_snapshot_keeps_is_not_passed_again(address: str, db: Database, heard: Heard) -> None:
    kafka = StagedKafka()
    async with an_old_snapshot(address), relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await execute(db, FILL, TOPIC, SENT)
        await eventually(all_sent(db))
        await eventually(lambda: min(heard.mark(lane) for lane in range(12)) > SENT * 0.99)
        read = heard.reads[-1]
        from_the_beginning = [*read[:5], [0 for _ in read[5]], *read[6:]]
        assert await pages_touched(address, read) < await pages_touched(address, from_the_beginning) / 10


async def test_a_new_session_under_an_old_snapshot_passes_what_was_sent_once(
    address: str, db: Database, heard: Heard
) -> None:
    """It may be that nothing new comes for long, and that each session but the first finds an empty outbox."""
    async with an_old_snapshot(address):
        kafka = StagedKafka()
        async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
            await execute(db, FILL, TOPIC, SENT)
            await eventually(all_sent(db))
        heard.reads.clear()
        async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
            await eventually(lambda: min(heard.mark(lane) for lane in range(12)) >= SENT)
        assert max(len(topics) for topics, *_, at, _ in heard.reads if not any(at)) <= marks.UNKNOWN_AT_ONCE


async def test_a_new_session_beside_a_writer_that_stays_open_reads_little_at_once(
    address: str, db: Database, heard: Heard
) -> None:
    """It settles nothing meanwhile, and would be ended by its own time-out if it read all lanes in a statement."""
    await db.run(announce, numbered(uuid4(), 1))

    async def stay_open(tx: Transaction, writing: asyncio.Event, done: asyncio.Event) -> None:
        await unhurried(tx)
        await tx.execute("delete from outbox where seq = 0")
        writing.set()
        await done.wait()

    writing, done = asyncio.Event(), asyncio.Event()
    staying = asyncio.create_task(db.run(stay_open, writing, done))
    await writing.wait()
    async with relaying(address, NOWHERE, "", new_producer=StagedKafka().producer):
        await eventually(lambda: len(heard.reads) >= 3 * len(range(12)) // marks.UNKNOWN_AT_ONCE)
    done.set()
    await staying
    assert max(len(topics) for topics, *_ in heard.reads) <= marks.UNKNOWN_AT_ONCE


async def test_what_commits_late_is_overtaken_by_nothing_of_its_key(address: str, db: Database, heard: Heard) -> None:
    numbered_by_now, others_are_through = asyncio.Event(), asyncio.Event()

    async def late(tx: Transaction) -> None:
        await unhurried(tx)
        await announce(tx, numbered(KEY, 1))
        await tx.flush()
        numbered_by_now.set()
        await others_are_through.wait()

    kafka = StagedKafka()
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await db.run(announce, numbered(OTHER, 1))
        await eventually(all_sent(db))
        open_transaction = asyncio.create_task(db.run(late))
        await numbered_by_now.wait()
        await db.run(announce, numbered(OTHER, 2), numbered(THIRD, 1))
        await eventually(all_sent(db))
        await heard.some_shares()
        others_are_through.set()
        await open_transaction
        await db.run(announce, numbered(KEY, 2))
        await eventually(lambda: (str(KEY), 2) in kafka.log)
    assert of_key(kafka, KEY) == [1, 2]


def of_key(kafka: StagedKafka, key: UUID) -> list[int]:
    return [version for name, version in kafka.log if name == str(key)]


async def test_a_parked_event_released_below_a_mark_leaves_first(address: str, db: Database, heard: Heard) -> None:
    refusing = True

    async def answer(attempt: Attempt) -> None:
        if refusing and (str(KEY), 1) in attempt.records:
            raise BatchRefused("MessageSizeTooLargeError", Blame.RECORD)

    kafka = StagedKafka(answer)
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await db.run(announce, numbered(KEY, 1))
        parked = await the_parked(db)
        await db.run(announce, *(numbered(OTHER, n) for n in range(1, 20)))
        await eventually(lambda: len(of_key(kafka, OTHER)) >= 19)
        await eventually(lambda: heard.mark(LANE) >= parked + 19)
        await db.run(announce, numbered(KEY, 2))
        await heard.some_shares()
        assert of_key(kafka, KEY) == []
        refusing = False
        await execute(db, recovery.SQL["release"], [TOPIC], [LANE], [parked])
        await eventually(all_sent(db))
        await db.run(announce, numbered(OTHER, 20))
        await eventually(
            lambda: heard.mark(LANE) > parked + 20 and heard.reads[-1][-1] == [""] * len(heard.reads[-1][0])
        )
    assert of_key(kafka, KEY) == [1, 2]


async def the_parked(db: Database) -> int:
    """The number of the one that is parked, as soon as there is one."""

    async def ask() -> int | None:
        return await db.read(lambda tx: tx.fetchval("select seq from outbox where parked_at is not null"))

    await eventually(ask)
    seq = await ask()
    assert seq is not None
    return seq


async def test_what_is_brought_back_below_a_mark_is_found_by_a_sweep(
    address: str, db: Database, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that ops put back under its old number."""
    kafka = StagedKafka()
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await db.run(announce, *(numbered(OTHER, n) for n in range(1, 4)))
        await eventually(all_sent(db))
        await eventually(lambda: heard.mark(LANE) >= 3)
        await execute(db, BRING_BACK, TOPIC, LANE, str(KEY))
        await heard.some_shares()
        assert of_key(kafka, KEY) == []
        monkeypatch.setattr(marks, "SWEEP_EVERY", 0.2)
        await eventually(all_sent(db))
    assert of_key(kafka, KEY) == [1]


BRING_BACK = """
insert into outbox (topic, lane, seq, event_id, key, version, type, payload, headers) overriding system value
values ($1, $2, 1, gen_random_uuid(), $3, 1, 'type', '{}', '{"time": "2020-10-01T09:00:00+00:00"}')
"""
