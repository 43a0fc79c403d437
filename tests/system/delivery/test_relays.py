"""Several relays on one outbox: lanes are shared out and taken over, whoever is killed or frozen."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.messaging.kafka import end_offsets
from shared.messaging.lanes import NAMESPACE, PRESENCE
from shared.postgres.database import Database, Transaction
from tests.support.children import relay_process
from tests.support.delivery import Bus, announce, eventually, keys_in, numbered, relaying, unhurried, unsent
from tests.support.reading import versions

pytestmark = pytest.mark.timeout(400)

_LANES_OF = """
select count(*) filter (where objid <> $2::int4::oid) as lanes from pg_locks
where locktype = 'advisory' and granted and classid = $1::int4::oid
  and database = (select oid from pg_database where datname = current_database())
group by pid order by lanes desc
"""
_LOCK = "lock table outbox in access exclusive mode"
_WAITS_FOR_A_LOCK = """
select exists (
    select 1 from pg_stat_activity
    where datname = current_database() and application_name = 'relay' and query like $1
      and state = 'active' and wait_event_type = 'Lock' and clock_timestamp() - query_start < interval '1 second'
)
"""
_WAITS_FOR_IT = """
select exists (
    select 1 from pg_stat_activity
    where datname = current_database() and application_name = 'relay' and query like $2
      and state = 'active' and wait_event = $1
)
"""


class MeasuresItsOutbox(Exception):
    """The relay stands at the lock with another question than the one for rows."""


async def lanes_of_each_relay(db: Database) -> list[int]:
    """How many lanes each live relay owns, most first."""

    async def read(tx: Transaction) -> list[Any]:
        return await tx.fetch(_LANES_OF, NAMESPACE, PRESENCE)

    return [row["lanes"] for row in await db.read(read)]


def shared_out(bus: Bus, *lanes: int) -> Callable[[], Any]:
    async def ask() -> bool:
        return await lanes_of_each_relay(bus.writer) == list(lanes)

    return ask


def all_sent(bus: Bus) -> Callable[[], Any]:
    async def ask() -> bool:
        return not await unsent(bus.writer)

    return ask


def something_sent(bus: Bus) -> Callable[[], Any]:
    async def ask() -> bool:
        return any((await end_offsets(bus.kafka, [bus.topic])).values())

    return ask


def relay_waits_for_a_lock(bus: Bus, query: str = "%payload%") -> Callable[[], Any]:
    """Whether a relay's query, its read of rows unless told, has just begun to wait: Postgres ends it after seconds."""

    async def ask() -> bool:
        return await bus.writer.read(lambda tx: tx.fetchval(_WAITS_FOR_A_LOCK, query))

    return ask


def relay_is_waited_for(bus: Bus, reason: str, query: str = "%payload%") -> Callable[[], Any]:
    """Whether Postgres waits for the relay to take or to say the rest; or did, until it lost patience unseen by us."""

    async def ask() -> bool:
        waited_for = await bus.writer.read(lambda tx: tx.fetchval(_WAITS_FOR_IT, reason, query))
        return waited_for or await lanes_of_each_relay(bus.writer) == []

    return ask


@asynccontextmanager
async def under_load(bus: Bus, keys: list[UUID]) -> AsyncGenerator[None]:
    """Every key is written to, round after round; in the end each version must be there, in order, first seen once."""
    stop, rounds = asyncio.Event(), 0

    async def write() -> None:
        nonlocal rounds
        while not stop.is_set():
            rounds += 1
            await bus.writer.run(announce, *(numbered(key, rounds) for key in keys))
            await asyncio.sleep(0.01)

    writing = asyncio.create_task(write())
    try:
        yield
    finally:
        stop.set()
        await writing
    await eventually(all_sent(bus))
    assert await versions(bus.kafka, bus.topic) == {str(key): list(range(1, rounds + 1)) for key in keys}


async def test_a_relay_killed_in_mid_send_loses_its_lanes_to_the_other(bus: Bus) -> None:
    async with relay_process(bus) as doomed, relay_process(bus):
        await eventually(shared_out(bus, 6, 6))
        async with under_load(bus, [uuid4() for _ in range(40)]):
            await eventually(something_sent(bus))
            await doomed.kill()
            await eventually(shared_out(bus, 12))


async def test_a_frozen_relay_loses_its_lanes_and_reorders_nothing_when_it_wakes(bus: Bus) -> None:
    async with relay_process(bus) as sleeper, relay_process(bus):
        await eventually(shared_out(bus, 6, 6))
        async with under_load(bus, [uuid4() for _ in range(40)]):
            sleeper.freeze()
            await eventually(shared_out(bus, 12))
            sleeper.thaw()
            await eventually(shared_out(bus, 6, 6))


async def test_a_relay_frozen_in_the_middle_of_a_large_read_loses_its_lanes_too(bus: Bus) -> None:
    [key] = keys_in(3, 1)
    large = [numbered(key, n).model_copy(update={"recording_ref": "x" * 800_000}) for n in range(40)]

    async with relay_process(bus) as sleeper:
        await bus.writer.run(announce, numbered(key, 0))
        await eventually(all_sent(bus))

        async def written_while_it_reads(tx: Transaction) -> None:
            await unhurried(tx)
            await announce(tx, *large)
            await tx.flush()
            await tx.execute(_LOCK)
            await eventually(relay_waits_for_a_lock(bus, "%outbox%"))
            if not await relay_waits_for_a_lock(bus)():
                raise MeasuresItsOutbox
            sleeper.freeze()

        async def frozen() -> bool:
            try:
                await bus.writer.run(written_while_it_reads)
            except MeasuresItsOutbox:
                return False
            return True

        await eventually(frozen)
        await eventually(relay_is_waited_for(bus, "ClientWrite"))
        async with relaying(bus.writer_address, bus.kafka, bus.prefix):
            await eventually(shared_out(bus, 12))
            await eventually(all_sent(bus))
    assert await versions(bus.kafka, bus.topic) == {str(key): list(range(1, 42))}


async def test_a_relay_frozen_before_it_ended_its_question_loses_its_lanes_too(bus: Bus) -> None:
    """At a statement's first use Postgres looks at its text alone, and waits for the rest: it is not idle meanwhile."""
    async with relay_process(bus) as sleeper:

        async def first_seen(tx: Transaction) -> None:
            await unhurried(tx)
            await tx.execute(_LOCK)
            await announce(tx, numbered(uuid4(), 1))
            await tx.flush()
            await eventually(relay_waits_for_a_lock(bus, "%outbox%"))
            sleeper.freeze()

        await bus.writer.run(first_seen)
        await eventually(relay_is_waited_for(bus, "ClientRead", "%outbox%"))
        async with relaying(bus.writer_address, bus.kafka, bus.prefix):
            await eventually(shared_out(bus, 12))
            await eventually(all_sent(bus))


async def test_a_fifth_relay_gets_its_share_of_twelve_lanes_under_load(bus: Bus) -> None:
    async with AsyncExitStack() as relays, under_load(bus, [uuid4() for _ in range(40)]):
        for _ in range(4):
            await relays.enter_async_context(relaying(bus.writer_address, bus.kafka, bus.prefix))
        await eventually(shared_out(bus, 3, 3, 3, 3))
        async with relaying(bus.writer_address, bus.kafka, bus.prefix):
            await eventually(shared_out(bus, 3, 3, 2, 2, 2))
        await eventually(shared_out(bus, 3, 3, 3, 3))
