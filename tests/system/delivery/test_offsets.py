"""Offsets follow finished work, whatever happens to a consumer between its poll and its commit."""

import asyncio
from dataclasses import replace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from academy.local.ports import any_free_port
from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.contracts.envelope import Envelope
from shared.messaging.cluster import Cluster
from shared.messaging.inbox import Handler, subscribes
from shared.messaging.kafka import Admin, GroupLag
from shared.messaging.producer import Producer
from shared.postgres.database import Transaction
from tests.support.children import consumer_process
from tests.support.cuts import cut_at_commit
from tests.support.databases import reopen, shut
from tests.support.delivery import (
    Bus,
    announce,
    consuming,
    effects,
    eventually,
    keys_in,
    note,
    numbered,
    relaying,
    unhurried,
)
from tests.support.reading import records

pytestmark = pytest.mark.timeout(400)

FATAL = 70

_IN_MID_HANDLER = """
select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
  and query like 'insert into effect%'
"""

_OUTLIVES_SILENCE = """
create function outlive_silence() returns trigger language plpgsql as $$
begin
    perform set_config('idle_in_transaction_session_timeout', '0', true);
    return new;
end $$;
create trigger outlive_silence before insert on effect for each row execute function outlive_silence();
"""
"""Who wrote an effect and then falls silent is ended by the test alone, however late that comes."""


async def lag(bus: Bus) -> int:
    """Records the reader's group has not committed."""
    async with Admin(bus.kafka) as admin:
        return await admin.lag(bus.group, [bus.topic])


async def arrive(bus: Bus, key: UUID, *refs: str) -> None:
    """Wait until exactly these effects of the key are there."""

    async def there() -> bool:
        return (await effects(bus.reader)).get(str(key)) == list(refs)

    await eventually(there)


async def write(bus: Bus, key: UUID, number: int) -> None:
    """Commit and relay one event."""
    await bus.writer.run(announce, numbered(key, number))


class Unavailable:
    """A handler whose database goes down under it once `now` is set."""

    def __init__(self, admin: str, address: str) -> None:
        self.now = False
        self.tried = asyncio.Event()
        self._place = (admin, address.rsplit("/", 1)[-1])

    @property
    def handler(self) -> Handler[RecordingPublished]:
        @subscribes(RecordingPublished)
        async def handle(event: RecordingPublished, envelope: Envelope, tx: Transaction) -> None:
            if self.now:
                await shut(*self._place)
                self.tried.set()
            await note(event, envelope, tx)

        return handle

    async def end(self) -> None:
        """It is back, and stays."""
        self.now = False
        await reopen(*self._place)


async def test_a_consumer_stopped_while_it_waits_leaves_its_batch_to_the_next(bus: Bus, postgres_admin: str) -> None:
    key, unavailable = uuid4(), Unavailable(postgres_admin, bus.reader_address)
    async with relaying(bus.writer_address, bus.kafka, bus.prefix):
        async with consuming(bus.reader, bus.kafka, bus.prefix, handler=unavailable.handler):
            await write(bus, key, 1)
            await arrive(bus, key, "1")
            await eventually(lambda: _all_committed(bus))
            unavailable.now = True
            await write(bus, key, 2)
            await unavailable.tried.wait()
        assert await lag(bus) == 1
        await unavailable.end()
        async with consuming(bus.reader, bus.kafka, bus.prefix):
            await arrive(bus, key, "1", "2")


async def test_a_record_that_cannot_be_read_costs_none_of_its_batch_and_leaves_one_raw_copy(bus: Bus) -> None:
    first, second = keys_in(2, 2)
    async with relaying(bus.writer_address, bus.kafka, bus.prefix):
        await bus.writer.run(announce, numbered(first, 1), numbered(second, 1))
        await eventually(lambda: records(bus.kafka, bus.topic))
    await send_unreadable(bus, partition=2)
    async with relaying(bus.writer_address, bus.kafka, bus.prefix):
        await bus.writer.run(announce, numbered(first, 2), numbered(second, 2))
        async with (
            relaying(bus.reader_address, bus.kafka, bus.prefix),
            consuming(bus.reader, bus.kafka, bus.prefix),
        ):
            await arrive(bus, first, "1", "2")
            await arrive(bus, second, "1", "2")

            async def both_copied() -> bool:
                return len(await records(bus.kafka, bus.dead_letters)) == 2

            await eventually(both_copied)
    copies = await records(bus.kafka, bus.dead_letters)
    assert sorted(copy.value for copy in copies) == [b"bad header", b"no key"]
    assert {dict(copy.headers)["ce_errorclass"] for copy in copies} == {b"Undecodable"}


async def send_unreadable(bus: Bus, partition: int) -> None:
    """What a stranger's producer may write: a header that is no text, and a record without a key."""
    producer = Producer(bus.kafka)
    await producer.start()
    try:
        batch = producer.batch()
        assert batch.add(b"stranger", b"bad header", [("ce_id", b"\xff\xfe")])
        assert batch.builder.append(timestamp=None, key=None, value=b"no key", headers=[]) is not None
        await producer.send(bus.topic, partition, batch)
    finally:
        await producer.stop()


async def test_something_unknown_ends_the_process_and_is_not_passed_over(bus: Bus) -> None:
    key = uuid4()
    async with relaying(bus.writer_address, bus.kafka, bus.prefix), consumer_process(bus) as consumer:
        await write(bus, key, 1)
        await arrive(bus, key, "1")
        await bus.reader.run(lambda tx: tx.execute("alter table consumer_cursor rename to mislaid"))
        await write(bus, key, 2)
        await eventually(consumer.ended)
        assert consumer.exit_code == FATAL
    assert await lag(bus) >= 1


async def test_a_session_cut_between_handler_and_commit_repeats_the_work_once(bus: Bus) -> None:
    keys = keys_in(4, 3)
    await bus.reader.run(cut_at_commit, "effect")
    async with relaying(bus.writer_address, bus.kafka, bus.prefix), consuming(bus.reader, bus.kafka, bus.prefix):
        await bus.writer.run(announce, *(numbered(key, n) for key in keys for n in (1, 2)))
        for key in keys:
            await arrive(bus, key, "1", "2")
    assert await bus.reader.read(lambda tx: tx.fetchval("select last_value from cuts")) > 1


async def test_a_consumer_killed_before_it_committed_its_offsets_doubles_nothing(bus: Bus) -> None:
    key = uuid4()
    async with relaying(bus.writer_address, bus.kafka, bus.prefix):
        async with consuming(bus.reader, bus.kafka, bus.prefix):
            await write(bus, key, 1)
            await arrive(bus, key, "1")
            await eventually(lambda: _all_committed(bus))
        async with consumer_process(bus, commits=False) as doomed:
            for number in range(2, 6):
                await write(bus, key, number)
                await arrive(bus, key, *map(str, range(1, number + 1)))
            await doomed.kill()
        assert await lag(bus) == 4
        async with consuming(bus.reader, bus.kafka, bus.prefix):
            await write(bus, key, 6)
            await arrive(bus, key, *map(str, range(1, 7)))


async def _all_committed(bus: Bus) -> bool:
    return await lag(bus) == 0


async def test_a_consumer_frozen_in_mid_handler_past_its_session_doubles_nothing(bus: Bus) -> None:
    keys = keys_in(1, 2)
    mislaid: list[int] = []
    await bus.reader.run(lambda tx: tx.execute(_OUTLIVES_SILENCE))

    async def in_mid_handler() -> bool:
        mislaid[:] = [row["pid"] for row in await bus.reader.read(lambda tx: tx.fetch(_IN_MID_HANDLER))]
        return bool(mislaid)

    async with relaying(bus.writer_address, bus.kafka, bus.prefix), consumer_process(bus) as sleeper:

        async def freeze_it_at_work(tx: Transaction) -> None:
            await unhurried(tx)
            await tx.execute("lock table effect in exclusive mode")
            await bus.writer.run(announce, *(numbered(key, n) for key in keys for n in (1, 2)))
            await eventually(in_mid_handler)
            sleeper.freeze()

        await bus.reader.run(freeze_it_at_work)
        async with consuming(bus.reader, bus.kafka, bus.prefix):
            await eventually(lambda: _waits_for(bus, mislaid[0]))
            await bus.reader.run(lambda tx: tx.execute("select pg_terminate_backend($1)", mislaid[0]))
            for key in keys:
                await arrive(bus, key, "1", "2")
            sleeper.thaw()
            await bus.writer.run(announce, *(numbered(key, 3) for key in keys))
            for key in keys:
                await arrive(bus, key, "1", "2", "3")


async def _waits_for(bus: Bus, pid: int) -> bool:
    """Whether another member stands at the cursors the frozen one has locked."""
    query = "select exists (select 1 from pg_stat_activity where $1 = any(pg_blocking_pids(pid)))"
    return await bus.reader.read(lambda tx: tx.fetchval(query, pid))


async def test_the_lag_is_asked_again_over_what_is_open_and_anew_where_that_was_closed(bus: Bus) -> None:
    key, behind = uuid4(), cast("Any", GroupLag(bus.kafka, bus.group, [bus.topic]))

    async def is_behind(records: int) -> bool:
        return await behind.records() == records

    async with relaying(bus.writer_address, bus.kafka, bus.prefix):
        assert await is_behind(0)
        first = behind._open
        await write(bus, key, 1)
        await eventually(lambda: is_behind(1))
        assert behind._open is first
        await behind._open[2].aclose()
        assert await is_behind(1)
        async with consuming(bus.reader, bus.kafka, bus.prefix):
            await eventually(lambda: is_behind(0))
    await behind.close()


async def test_a_lag_that_cannot_be_asked_for_is_none_and_of_nothing_none_is_asked(kafka: Cluster) -> None:
    nowhere = replace(kafka, bootstrap=f"127.0.0.1:{any_free_port()}")
    assert await GroupLag(nowhere, "a-group", ["a-topic"]).records() is None
    assert await GroupLag(nowhere, "a-group", []).records() == 0
