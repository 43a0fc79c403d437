"""How long the lanes of a dead or frozen relay are stuck: until another has sent the first event of each of them."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from statistics import median
from typing import TypeAlias

from academy.local.readiness import until
from bench.bare import first_records, reading, skip_to_end
from bench.enrolled import NOW, TOPIC, a_person_a_lane, an_enrolment
from bench.lanes import lanes_of, ports_of, shared_out
from bench.measure import Measure
from bench.stage import Role, Room, Stage
from shared.messaging import outbox
from shared.postgres.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Struck:
    """When a relay was struck, and how well."""

    at: float
    how: str = ""


Strike: TypeAlias = Callable[[Room, Database, Role], Awaitable[Struck]]

_KILLS, _FREEZES = 4, 2
_PATIENCE_SECONDS = 60
_TRYING_SECONDS = 10
_STUCK_SECONDS = 0.3
_LARGE_ROWS, _LARGE_BYTES = 40, 300_000
_LARGE = """
insert into outbox (topic, lane, event_id, key, version, type, payload, headers)
select $1, lane, gen_random_uuid(), 'large-' || lane, n, 'uk.nhs.midlands-leadership.bench.Large.v1',
       convert_to(repeat('x', $4::int), 'UTF8'), '{}'
from unnest($2::int[]) as lane cross join generate_series(1, $3::int) as n
"""
_WRITING = """
select exists (
    select from pg_stat_activity
    where datname = current_database() and client_port = any($1::int[])
      and state = 'active' and wait_event = 'ClientWrite'
)
"""


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """Two relays, each with half the lanes; one is struck, and at once an event is committed to each lane it held."""
    async with stage.room("enrolment", TOPIC) as room, room.connected() as db:
        yield await _repeated("takeover_killed", _kill, _KILLS, room, db)
        yield await _repeated("takeover_frozen", _freeze, _FREEZES, room, db)
        yield await _repeated("takeover_frozen_reading", _freeze_reading, _FREEZES, room, db)


async def _repeated(name: str, strike: Strike, rounds: int, room: Room, db: Database) -> Measure:
    taken = [await _round(strike, room, db) for _ in range(rounds)]
    longest = [seconds for seconds, _ in taken]
    told = sorted({struck.how for _, struck in taken} - {""})
    about = f"until all its lanes flow again, the longest of {rounds} rounds; median {median(longest):.2f}"
    return Measure(name, max(longest), "s", note="; ".join((about, *told)))


async def _round(strike: Strike, room: Room, db: Database) -> tuple[float, Struck]:
    """Seconds from the strike until the survivor has sent something of each lane."""
    async with AsyncExitStack() as stack:
        victim, _ = [await stack.enter_async_context(room.role("relay")) for _ in range(2)]
        consumer = await stack.enter_async_context(reading(room.stage.kafka, room.prefix + TOPIC))
        await shared_out(room, 2)
        lanes = await lanes_of(victim, room)
        struck = await strike(room, db, victim)
        await skip_to_end(consumer)
        await db.run(_announce, lanes)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            moments = await first_records(consumer, lanes)
        await until(lambda: db.read(_none_left), seconds=_PATIENCE_SECONDS)
        return max(moments.values()) - struck.at, struck


async def _kill(_: Room, __: Database, victim: Role) -> Struck:
    victim.process.signal(signal.SIGKILL)
    return Struck(time.monotonic())


async def _freeze(_: Room, __: Database, victim: Role) -> Struck:
    victim.process.signal(signal.SIGSTOP)
    return Struck(time.monotonic())


async def _freeze_reading(room: Room, db: Database, victim: Role) -> Struck:
    """Freeze it while large payloads are on their way to it, if it can be with Postgres stuck in writing to it."""
    lanes, ports = await lanes_of(victim, room), list(ports_of(victim))
    deadline = time.monotonic() + _TRYING_SECONDS
    while time.monotonic() < deadline:
        if await db.read(_none_left):
            await db.run(_fill, lanes)
        if await db.read(_is_writing_to, ports):
            struck = await _freeze(room, db, victim)
            await asyncio.sleep(_STUCK_SECONDS)
            if await db.read(_is_writing_to, ports):
                return Struck(struck.at, "Postgres stuck in writing to it")
            victim.process.signal(signal.SIGCONT)
    await db.run(_fill, lanes)
    return replace(await _freeze(room, db, victim), how="Postgres could not be caught stuck in writing to it")


async def _announce(tx: Transaction, lanes: Collection[int]) -> None:
    people = a_person_a_lane()
    for lane in lanes:
        outbox.append(tx, an_enrolment(people[lane]), at=NOW)


async def _fill(tx: Transaction, lanes: Collection[int]) -> None:
    """Large events of made-up keys, and an ordinary one a lane to wake the relay."""
    await tx.execute(_LARGE, TOPIC, list(lanes), _LARGE_ROWS, _LARGE_BYTES)
    await _announce(tx, lanes)


async def _none_left(tx: Transaction) -> bool:
    return await tx.fetchval("select not exists (select from outbox)")


async def _is_writing_to(tx: Transaction, ports: list[int]) -> bool:
    return await tx.fetchval(_WRITING, ports)
