"""Events set aside: the head of each key is retried, what stands behind it follows in one go, order is kept."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from shared.messaging import dead_letters, retries, wire
from shared.messaging.wire import Event
from shared.observability import metrics
from shared.observability.logs import get_logger, where
from shared.postgres.database import Database, Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)
CHAIN = 500
"""How many events of one key are applied in one transaction."""

State: TypeAlias = Literal["retry", "gap", "dead"]
Handle: TypeAlias = Callable[[Transaction, Event], Awaitable[None]]


async def put(tx: Transaction, consumer: str, event: Event, *, state: State, reason: str) -> None:
    """Set the event aside, behind whatever of its key is set aside already; the offset may move on."""
    envelope = event.envelope
    await tx.execute(
        SQL["put"],
        consumer,
        envelope.topic,
        envelope.key,
        envelope.sequence,
        envelope.id,
        wire.to_row(envelope),
        event.payload,
        state,
        reason,
        retries.pause_before(1),
    )
    metrics.EVENTS_DEFERRED.labels(consumer, state).inc()


async def bury(tx: Transaction, consumer: str, event: Event, *, attempts: int, reason: str) -> None:
    """Give up on an event that is set aside: its row stays and holds its key, a copy goes to the dead-letter topic.

    Two members of a group may come to the same event; whoever comes second finds it dead, and does nothing.
    """
    envelope = event.envelope
    place = (consumer, envelope.topic, envelope.key, envelope.sequence, envelope.id)
    time = await tx.fetchval(SQL["bury"], *place, attempts, reason)
    if time is None:
        return
    dead_letters.announce(tx, consumer, event, time=time, attempts=attempts, reason=reason)
    metrics.EVENTS_DEFERRED.labels(consumer, "dead").inc()
    get_logger().error("event_dead", topic=envelope.topic, key=envelope.key, event_id=str(envelope.id), reason=reason)


class Deferred:
    """The worker that brings back what was set aside for one consumer."""

    def __init__(self, consumer: str, db: Database, handle: Handle) -> None:
        """`handle(tx, event)` runs the event's handler, as the inbox does."""
        self._consumer = consumer
        self._db = db
        self._handle = handle

    async def run_due(self) -> int:
        """Try every key whose head is due; returns how many events were applied."""
        heads = await self._db.read(self._due)
        return sum([await self._try(head["topic"], head["key"]) for head in heads])

    async def measure(self) -> int:
        """Tell how much is set aside; there is nothing to be done about it here."""
        row = await self._db.read(self._figures)
        for state in get_args(State):
            metrics.EVENTS_WAITING.labels(self._consumer, state).set(row[state])
        metrics.KEYS_WAITING.labels(self._consumer).set(row["keys"])
        return 0

    async def _figures(self, tx: Transaction) -> "Record":
        [row] = await tx.fetch(SQL["figures"], self._consumer)
        return row

    async def _due(self, tx: Transaction) -> "list[Record]":
        return await tx.fetch(SQL["due"], self._consumer)

    async def _try(self, topic: str, key: str) -> int:
        try:
            return await self._db.run(self._drain, topic, key)
        except retries.INFRASTRUCTURE as error:
            get_logger().warning("deferral_waits", topic=topic, key=key, cause=where(error))
            await asyncio.sleep(retries.pause_in_place(1))
            return 0

    async def _drain(self, tx: Transaction, topic: str, key: str) -> int:
        """Apply the key's chain up to the first event that cannot be applied yet, in one transaction."""
        version = await tx.fetchval(SQL["lock_cursor"], self._consumer, topic, key)
        chain = await tx.fetch(SQL["chain"], self._consumer, topic, key, CHAIN)
        done: list[int] = []
        for row in chain:
            if row["version"] > (version or 0):
                if row["state"] == "dead" or row["version"] > (version or 0) + 1:
                    break
                if not await self._applied(tx, row):
                    break
                version = row["version"]
                await tx.execute(SQL["advance"], self._consumer, topic, key, version, row["event_id"])
            elif row["state"] == "dead":
                break
            done.append(row["version"])
        await tx.execute(SQL["delete"], self._consumer, topic, key, done)
        if len(done) < len(chain):
            await tx.execute(SQL["postpone_gap"], self._consumer, topic, key, retries.pause_before(1))
        return len(done)

    async def _applied(self, tx: Transaction, row: "Record") -> bool:
        event = wire.from_row(dict(row))
        try:
            await tx.savepoint(lambda: self._handle(tx, event))
        except retries.INFRASTRUCTURE:
            raise
        except Exception as error:  # noqa: BLE001 counted, postponed, buried at last
            await self._failed(tx, event, row["attempts"] + 1, error)
            return False
        return True

    async def _failed(self, tx: Transaction, event: Event, attempts: int, error: Exception) -> None:
        reason = type(error).__name__
        if attempts >= retries.TRIES or isinstance(error, retries.PERMANENT):
            await bury(tx, self._consumer, event, attempts=attempts, reason=reason)
            return
        envelope = event.envelope
        await tx.execute(
            SQL["postpone"],
            self._consumer,
            envelope.topic,
            envelope.key,
            envelope.sequence,
            attempts,
            retries.pause_before(attempts),
            reason,
        )
