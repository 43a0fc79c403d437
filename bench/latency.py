"""How long after its commit an event is seen: as a record by a bare consumer, and as an effect in a database.

Relay, writer and reader are processes of their own. The clock of an event starts the moment before its COMMIT is
sent, so the commit itself is counted in; it is the same monotonic clock in every process of a machine.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bench.bare import listen, send_steadily, steadily
from bench.child import Port, child, result_of
from bench.effects import make_effects, note
from bench.enrolled import NOW, TOPIC, an_enrolment
from bench.lanes import shared_out
from bench.measure import Measure, quantile
from bench.stage import Room, Stage
from shared.contracts.enrolment.learners import LearnerEnrolled
from shared.contracts.envelope import Envelope
from shared.ids import new_id
from shared.messaging import outbox
from shared.messaging.cluster import Cluster
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Inbox, subscribes
from shared.postgres.database import Database, Transaction
from shared.settings import FETCH_WAIT_MS

RECORDS_A_SECOND = 200
EFFECTS_A_SECOND = 100
_SECONDS = 12.0
_WARMING = 2.0
_SETTLING = 2.0
_PEOPLE = 500
_QUANTILES = (50, 95, 99)


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """The limit of each quantile: the same records sent by a bare producer, one at a time as they come."""
    async with stage.room("enrolment", TOPIC) as room:
        floor = await _bare(room)
        for relays, name in ((1, "one_relay"), (2, "two_relays")):
            delays = await _to_record(room, relays)
            for measure in _told(f"commit_to_record_{name}", delays, floor, RECORDS_A_SECOND):
                yield measure
    delays = await _to_effect(stage)
    for measure in _told("commit_to_effect", delays, floor, EFFECTS_A_SECOND):
        yield measure


def _told(name: str, delays: "Delays", floor: list[float], rate: int) -> list[Measure]:
    about = f"{len(delays.seen)} events at {rate}/s; limit: bare send -> record at {RECORDS_A_SECOND}/s"
    return [_quantile_of(name, percent, delays, floor, about) for percent in _QUANTILES]


def _quantile_of(name: str, percent: int, delays: "Delays", floor: list[float], about: str) -> Measure:
    value, limit, commit = (quantile(found, percent / 100) for found in (delays.seen, floor, delays.committed))
    return Measure(f"{name}_p{percent}", value, "ms", limit, f"{about}; its commit alone took {commit:.1f} ms")


async def _bare(room: Room) -> list[float]:
    async with child(listen, kafka=room.stage.kafka, topic=room.prefix + TOPIC) as listener:
        await listener.hear()
        begun = await result_of(
            send_steadily,
            kafka=room.stage.kafka,
            topic=room.prefix + TOPIC,
            per_second=RECORDS_A_SECOND,
            seconds=_SECONDS,
        )
        await asyncio.sleep(_SETTLING)
        return delays_of(begun, await listener.stop())


async def _to_record(room: Room, relays: int) -> "Delays":
    async with AsyncExitStack() as stack:
        for _ in range(relays):
            await stack.enter_async_context(room.role("relay"))
        await shared_out(room, relays)
        listener = await stack.enter_async_context(child(listen, kafka=room.stage.kafka, topic=room.prefix + TOPIC))
        await listener.hear()
        return delays_beside_commits(await _written(room, RECORDS_A_SECOND), await listener.stop())


async def _to_effect(stage: Stage) -> "Delays":
    async with AsyncExitStack() as stack:
        writer = await stack.enter_async_context(stage.room("enrolment", TOPIC))
        reader = await stack.enter_async_context(stage.room("enrolment"))
        await stack.enter_async_context(writer.role("relay"))
        arguments = {"kafka": stage.kafka, "prefix": writer.prefix, "database": reader.database}
        consumer = await stack.enter_async_context(child(consume, **arguments))
        await result_of(write, database=writer.database, per_second=1, seconds=1)
        await consumer.hear()
        return delays_beside_commits(await _written(writer, EFFECTS_A_SECOND), await consumer.stop())


async def _written(room: Room, per_second: int) -> "Written":
    begun, ended = await result_of(write, database=room.database, per_second=per_second, seconds=_SECONDS)
    await asyncio.sleep(_SETTLING)
    return Written(begun, ended)


@dataclass(frozen=True, slots=True)
class Written:
    """By event id, when the writer was about to commit it, and when it had been told that it is committed."""

    begun: Mapping[str, float]
    ended: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Delays:
    """Milliseconds from the beginning of the commit until the event was seen, and until the commit had ended."""

    seen: list[float]
    committed: list[float]


def delays_beside_commits(written: Written, seen: Mapping[str, float]) -> Delays:
    """How much of the way was the commit's, which waits for the disk whoever carries the event."""
    return Delays(delays_of(written.begun, seen), delays_of(written.begun, written.ended))


def delays_of(begun: Mapping[str, float], seen: Mapping[str, float]) -> list[float]:
    """Milliseconds from beginning to seeing, the first seconds left out; LostEvents when any was not seen at all."""
    lost = begun.keys() - seen.keys()
    if lost:
        raise LostEvents(f"{len(lost)} of {len(begun)} events were not seen")
    first = min(begun.values())
    return [(seen[event] - moment) * 1000 for event, moment in begun.items() if moment - first >= _WARMING]


class LostEvents(Exception):
    """An event that nobody saw has no delay, and must not be left out of the figures."""


async def write(
    _: Port, *, database: str, per_second: int, seconds: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Announce so many events a second, each in a transaction of its own; what `Written` holds."""
    db = await Database.connect(database, application="bench-writer", size=10)
    people = [new_id() for _ in range(_PEOPLE)]
    begun: dict[str, float] = {}
    ended: dict[str, float] = {}

    async def announce(tx: Transaction, person_id: UUID) -> str:
        event_id = outbox.append(tx, an_enrolment(person_id), at=NOW)
        tx.before_commit(stamp, event_id)
        return str(event_id)

    async def stamp(_: Transaction, event_ids: list[Any]) -> None:
        begun[str(event_ids[-1])] = time.monotonic()

    async def one(number: int) -> None:
        event_id = await db.run(announce, people[number % _PEOPLE])
        ended[event_id] = time.monotonic()

    await steadily(one, int(per_second * seconds), per_second=per_second)
    await db.close()
    return begun, ended


async def consume(port: Port, *, kafka: str, prefix: str, database: str) -> dict[str, float]:
    """By event id, the moment its effect had been committed by the real consumer."""
    db = await Database.connect(database, application="bench-consumer", size=10)
    await db.run(make_effects)
    applied: list[UUID] = []
    moments: dict[str, float] = {}

    @subscribes(LearnerEnrolled)
    async def noted(event: LearnerEnrolled, envelope: Envelope, tx: Transaction) -> None:
        await note.handle(event, envelope, tx)
        applied.append(envelope.id)

    async def seen(_: object) -> None:
        """The consumer calls this after each commit."""
        now = time.monotonic()
        if not moments:
            port.say("consuming")
        moments.update((str(event_id), now) for event_id in applied)
        applied.clear()

    inbox = Inbox("bench", (noted,), db)
    consumer = Consumer(
        inbox, Cluster.heard(kafka), topics=(TOPIC,), seen=seen, fetch_wait_ms=FETCH_WAIT_MS, prefix=prefix
    )
    await consumer.run(port.stopped)
    await db.close()
    return moments
