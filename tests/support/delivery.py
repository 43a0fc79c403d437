"""A made-up pair of services on real Postgres and Kafka: one announces counters, the other adds them up."""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.contracts.envelope import Envelope, source_of
from shared.contracts.topics import Topic, owner
from shared.messaging import outbox, topics
from shared.messaging.cluster import Cluster
from shared.messaging.consumer import Consumer
from shared.messaging.in_flight import ProducerPort
from shared.messaging.inbox import Handler, Inbox, subscribes
from shared.messaging.kafka import Admin
from shared.messaging.lanes import lane_of
from shared.messaging.producer import Producer
from shared.messaging.relay import Relay
from shared.postgres.database import Database, Transaction
from shared.settings import FETCH_WAIT_MS
from tests.support.databases import connected, fresh_database

TOPIC = RecordingPublished.topic
SOURCE = source_of(owner(TOPIC), "development")
PUBLIC_URL = "http://127.0.0.1:8080"
NOW = datetime(2020, 10, 1, 9, tzinfo=UTC)

PATIENCE = 90.0
"""Seconds after which what must happen is given up: a machine at rest needs few of them, a starved one more.

How fast things are is nothing a test asserts: bench and chaos measure it.
"""

_WAITS_FOR_A_LOCK = """
select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
"""


@dataclass(frozen=True, slots=True)
class Bus:
    """A writer's and a reader's database, and Kafka between them under a prefix of its own."""

    writer: Database
    writer_address: str
    reader: Database
    reader_address: str
    kafka: Cluster
    prefix: str

    @property
    def topic(self) -> str:
        """The topic of the counters, as the cluster knows it."""
        return self.prefix + TOPIC

    @property
    def dead_letters(self) -> str:
        """The reader's dead-letter topic, as the cluster knows it."""
        return f"{self.topic}.dlt.adder"

    @property
    def group(self) -> str:
        """The reader's consumer group, as the cluster knows it."""
        return f"{self.prefix}adder"


@asynccontextmanager
async def a_bus(postgres_admin: str, kafka: Cluster) -> AsyncGenerator[Bus]:
    """Two fresh databases and two fresh topics."""
    prefix = f"t{uuid4().hex[:8]}."
    declared = (Topic(TOPIC, "open", ""), *topics.dead_letters("adder", [TOPIC]))
    assert await topics.apply(kafka, declared, brokers=1, prefix=prefix) == {}
    async with (
        fresh_database(postgres_admin, "shared") as writing,
        fresh_database(postgres_admin, "shared") as reading,
        connected(writing) as writer,
        connected(reading) as reader,
    ):
        await reader.run(make_effects)
        yield Bus(writer, writing, reader, reading, kafka, prefix)


async def make_effects(tx: Transaction) -> None:
    """The table the consumer's effects land in."""
    await tx.execute("create table effect (n bigint generated always as identity, key text, ref text)")


def password_of(cluster: Cluster) -> str:
    """Of the user it is entered as."""
    assert cluster.login is not None
    return cluster.login.password


def keys_in(lane: int, how_many: int) -> list[UUID]:
    candidates = (UUID(int=n) for n in count(1))
    return list(islice((key for key in candidates if lane_of(str(key)) == lane), how_many))


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


async def unsent(db: Database) -> list[tuple[str, int]]:
    """Key and version of what stands in the outbox, oldest first."""

    async def read(tx: Transaction) -> list[Any]:
        return await tx.fetch("select key, version from outbox order by seq")

    return [(row["key"], row["version"]) for row in await db.read(read)]


@asynccontextmanager
async def relaying(
    address: str, kafka: Cluster, prefix: str, *, new_producer: Callable[[Cluster], ProducerPort] = Producer
) -> AsyncGenerator[Relay]:
    """A relay at work on the outbox at that address."""
    wanted = (TOPIC, f"{TOPIC}.dlt.adder")
    relay = Relay(
        address, kafka, source=SOURCE, public_url=PUBLIC_URL, topics=wanted, prefix=prefix, new_producer=new_producer
    )
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        relay.stop()
        await task


@asynccontextmanager
async def consuming(
    db: Database, kafka: Cluster, prefix: str, *, handler: Handler[RecordingPublished] = note
) -> AsyncGenerator[Inbox]:
    """A consumer at work, its effects in `db`."""
    inbox, stop = Inbox("adder", (handler,), db), asyncio.Event()
    consumer = Consumer(inbox, kafka, topics=(TOPIC,), seen=_unseen, fetch_wait_ms=FETCH_WAIT_MS, prefix=prefix)
    task = asyncio.create_task(consumer.run(stop))
    try:
        yield inbox
    finally:
        stop.set()
        await task


async def _unseen(_: datetime) -> None:
    return None


async def eventually(what: Callable[[], Any]) -> None:
    """Wait until `what()`, awaited where it has to be, is true; AssertionError when it never is.

    Asking takes at most a third of the time: a question to four services would slow down what is waited for.
    """
    now = asyncio.get_running_loop().time
    deadline = (began := now()) + PATIENCE
    while not await _told(what()):
        answered = now()
        assert answered < deadline, "it never happened"
        await asyncio.sleep(max(0.05, min(2 * (answered - began), deadline - answered)))
        began = now()


async def _told(answer: Any) -> Any:
    return await answer if inspect.isawaitable(answer) else answer


def patience() -> asyncio.Timeout:
    """The block must end by itself; TimeoutError when it never does."""
    return asyncio.timeout(PATIENCE)


async def unhurried(tx: Transaction) -> None:
    """Postgres ends no session that stays idle in this transaction: it waits for what a slow machine may delay."""
    await tx.execute("set local idle_in_transaction_session_timeout = 0")


async def somebody_waits(db: Database) -> bool:
    """Whether a statement of this database waits for a lock."""
    return await db.read(lambda tx: tx.fetchval(_WAITS_FOR_A_LOCK))


async def configure(kafka: Cluster, topic: str, config: Mapping[str, str]) -> None:
    """Set the topic's configuration, and wait until the brokers go by it."""
    async with Admin(kafka) as admin:

        async def known() -> bool:
            found = (await admin.topics([topic]))[topic].config
            return config.items() <= found.items()

        await admin.alter(topic, config)
        await eventually(known)
