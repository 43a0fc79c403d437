"""How fast a full outbox reaches Kafka, against bare aiokafka sending the very same records."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import astuple, fields
from typing import Any

import asyncpg

from bench.bare import reading, records_in, send_batches, send_singles
from bench.child import result_of
from bench.enrolled import NOW, TOPIC, OutboxRow, a_person_a_lane, an_enrolment, outbox_rows
from bench.measure import Measure
from bench.stage import Room, Stage
from shared.contracts.topics import PARTITIONS
from shared.messaging import outbox
from shared.postgres.database import Database, Transaction

ROWS = 50_000
KEYS = 5_000
_ROUNDS = 3
_PATIENCE_SECONDS = 120
_UNTIL_COUNTED = 2.5
_UNTIL_PLANNED = 1.0
_COLUMNS = tuple(field.name for field in fields(OutboxRow))


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """The best of three rounds of each, taken in turn: on a shared machine noise only ever slows."""
    async with stage.room("enrolment", TOPIC) as room, room.connected() as db:
        payload = await stock(room.database)
        async with room.role("relay"):
            drains: list[float] = []
            batches: list[float] = []
            singles: list[float] = []
            for _ in range(_ROUNDS):
                batches.append(await _bare(send_batches, room))
                drains.append(await drain(room, db))
                singles.append(await _bare(send_singles, room))
            statements = await _statements(stage, room, db)
    rate = ROWS / min(drains)
    rows = f"{ROWS:,} rows, payload of {payload} bytes, best of {_ROUNDS}"
    yield Measure("relay_drain", rate, "events/s", ROWS / min(batches), f"against a bare send_batch loop; {rows}")
    yield Measure("relay_drain_to_send", rate, "events/s", ROWS / min(singles), f"against a bare send() loop; {rows}")
    yield Measure("relay_statements_per_event", statements / ROWS, "statements", note="pg_stat_database, all counted")


async def stock(database: str) -> int:
    """Lay the rows aside in a table of the same database; the size of their payload."""
    rows = list(outbox_rows(ROWS, keys=KEYS))
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(f"create table stock as select {', '.join(_COLUMNS)} from outbox")
        records = [astuple(row) for row in rows]
        await connection.copy_records_to_table("stock", columns=_COLUMNS, records=records)
    finally:
        await connection.close()
    return len(rows[0].payload)


async def drain(room: Room, db: Database) -> float:
    """Seconds from the commit of a full outbox until Kafka has acknowledged all and the outbox is empty.

    It is vacuumed first, as autovacuum does sooner or later: a plan made for no rows must still do for many.
    """
    await db.read(_vacuum)
    await asyncio.sleep(_UNTIL_PLANNED)
    async with reading(room.stage.kafka, room.prefix + TOPIC) as consumer:
        expected = await records_in(consumer, room.prefix + TOPIC) + ROWS + PARTITIONS
        await db.run(_fill)
        began = time.perf_counter()
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while await records_in(consumer, room.prefix + TOPIC) < expected:  # noqa: ASYNC110 Kafka has to be asked
                await asyncio.sleep(0.02)
            while await db.read(_left):  # noqa: ASYNC110 so has Postgres
                await asyncio.sleep(0.005)
        return time.perf_counter() - began


async def _vacuum(tx: Transaction) -> None:
    await tx.execute("vacuum (analyze) outbox")


async def _fill(tx: Transaction) -> None:
    """The rows laid aside, and one event a lane in the ordinary way, which wakes the relay as any command would."""
    names = ", ".join(_COLUMNS)
    await tx.execute(f"insert into outbox ({names}) select {names} from stock")
    for person_id in a_person_a_lane().values():
        outbox.append(tx, an_enrolment(person_id), at=NOW)


async def _left(tx: Transaction) -> bool:
    return await tx.fetchval("select exists (select from outbox)")


async def _bare(loop: Callable[..., Awaitable[Any]], room: Room) -> float:
    return await result_of(loop, kafka=room.stage.kafka, topic=room.prefix + TOPIC, count=ROWS, keys=KEYS)


async def _statements(stage: Stage, room: Room, db: Database) -> int:
    """Those of one drain, a few of our own among them."""
    before = await stage.statements(room)
    await drain(room, db)
    await asyncio.sleep(_UNTIL_COUNTED)
    return await stage.statements(room) - before
