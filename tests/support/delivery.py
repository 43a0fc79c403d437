"""A made-up pair of services on real Postgres and Kafka: one announces counters, the other adds them up."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.enrolment import RecordingPublished
from shared.contracts.envelope import Envelope
from shared.messaging import outbox
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Inbox, subscribes
from shared.messaging.relay import Relay
from shared.postgres.database import Database, Transaction

TOPIC = RecordingPublished.topic
NOW = datetime(2020, 10, 1, 9, tzinfo=UTC)


async def make_effects(tx: Transaction) -> None:
    """The table the consumer's effects land in."""
    await tx.execute("create table effect (n bigint generated always as identity, key text, ref text)")


def numbered(key: UUID, number: int) -> RecordingPublished:
    """An event whose payload tells its place among those of its key."""
    return RecordingPublished(effective_at=NOW, cohort_id=key, session_id=uuid4(), recording_ref=str(number))


async def announce(tx: Transaction, *events: RecordingPublished) -> None:
    """A command that only announces."""
    for event in events:
        outbox.append(tx, event, at=NOW)


@subscribes(RecordingPublished)
async def note(event: RecordingPublished, envelope: Envelope, tx: Transaction) -> None:
    """The effect: one row an event."""
    if event.recording_ref == "poison":
        raise ValueError("poison")
    await tx.execute("insert into effect (key, ref) values ($1, $2)", envelope.key, event.recording_ref)


async def effects(db: Database) -> dict[str, list[str]]:
    """What was applied, in order, by key."""

    async def read(tx: Transaction) -> list[Any]:
        return await tx.fetch("select key, array_agg(ref order by n) as refs from effect group by key")

    return {row["key"]: row["refs"] for row in await db.read(read)}


@asynccontextmanager
async def relaying(address: str, kafka: str, prefix: str) -> AsyncGenerator[Relay]:
    """A relay at work on the outbox at that address."""
    relay = Relay(address, kafka, source="/test", topics=(TOPIC, f"{TOPIC}.dlt.adder"), prefix=prefix)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        relay.stop()
        await task


@asynccontextmanager
async def consuming(db: Database, kafka: str, prefix: str) -> AsyncGenerator[Inbox]:
    """A consumer at work, its effects in `db`."""
    inbox, stop = Inbox("adder", (note,), db), asyncio.Event()
    consumer = Consumer(inbox, kafka, topics=(TOPIC,), seen=_unseen, prefix=prefix)
    task = asyncio.create_task(consumer.run(stop))
    try:
        yield inbox
    finally:
        stop.set()
        await task


async def _unseen(_: datetime) -> None:
    return None


async def eventually(what: Callable[[], Any], *, seconds: float = 30) -> None:
    """Wait until `await what()` is true; AssertionError when it never is."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await what():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)
