"""The read side: a batch of events becomes its effects and its cursors in one transaction; knows no Kafka.

Versions are gapless per key, so one cursor a key tells duplicate (≤ cursor), next (cursor + 1) and gap (beyond).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from shared.contracts.envelope import Contract, Envelope
from shared.contracts.topics import topic as declared
from shared.messaging import deferred, retries
from shared.messaging.wire import Event, keys
from shared.observability import metrics, tracing
from shared.observability.logs import get_logger, where
from shared.postgres.database import Database, Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)

E = TypeVar("E", bound=Contract)
Key: TypeAlias = tuple[str, str]
Handle: TypeAlias = Callable[[E, Envelope, Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Handler(Generic[E]):
    """A function that turns one class of foreign event into a local command."""

    event: type[E]
    handle: Handle[E]

    async def __call__(self, event: E, envelope: Envelope, tx: Transaction) -> None:
        """Handle the event as part of `tx`."""
        await self.handle(event, envelope, tx)


def subscribes(event: type[E]) -> Callable[[Handle[E]], Handler[E]]:
    """Mark `async (event, envelope, tx)` as the service's handler of that event; its now is `envelope.time`."""

    def mark(handle: Handle[E]) -> Handler[E]:
        return Handler(event, handle)

    return mark


@dataclass(slots=True)
class Cursor:
    """How far a key has come; `held` when events of the key are set aside already."""

    version: int | None
    event_id: UUID | None
    held: bool
    moved: bool = False


@dataclass(slots=True)
class Tally:
    """What became of a batch, counted when it is committed."""

    applied: list[str] = field(default_factory=list[str])
    duplicates: int = 0


class Inbox:
    """Applies events for one consumer, exactly once each and in order per key."""

    def __init__(self, consumer: str, handlers: Sequence[Handler[Any]], db: Database) -> None:
        """`consumer` names the group; one handler an event class."""
        self.consumer = consumer
        self.db = db
        self._handlers: Mapping[str, Handler[Any]] = MappingProxyType({h.event.event_type(): h for h in handlers})
        if len(self._handlers) != len(handlers):
            raise ValueError(f"{consumer} has two handlers of one event")

    async def apply(self, events: Sequence[Event]) -> None:
        """Apply a batch in one transaction; when a handler fails, undo it and go on event by event.

        Raises only infrastructure errors, with nothing of the failing part committed; call again with the same batch.
        """
        if not events:
            return
        try:
            await self._run(events)
        except retries.INFRASTRUCTURE:
            raise
        except Exception as error:  # noqa: BLE001 whatever a handler raises is sorted out event by event
            get_logger().warning("batch_taken_apart", events=len(events), cause=where(error))
            for event in events:
                await self._apply_alone(event)

    async def _apply_alone(self, event: Event) -> None:
        error: Exception | None = None
        for attempt in range(retries.IN_PLACE):
            try:
                await self._run([event])
            except retries.INFRASTRUCTURE:
                raise
            except retries.PERMANENT as permanent:
                error = permanent
                break
            except Exception as other:  # noqa: BLE001 deferred below, with its class
                error = other
                await asyncio.sleep(retries.pause_in_place(attempt))
            else:
                return
        await self.db.run(self._set_aside, event, error)

    async def _run(self, events: Sequence[Event]) -> None:
        tally = await self.db.run(self._apply, events)
        for topic in tally.applied:
            metrics.EVENTS_APPLIED.labels(self.consumer, topic).inc()
        metrics.EVENTS_DUPLICATE.labels(self.consumer).inc(tally.duplicates)

    async def _apply(self, tx: Transaction, events: Sequence[Event]) -> Tally:
        cursors = await self._lock(tx, keys(events))
        tally = Tally()
        for event in events:
            await self._step(tx, event, cursors[event.envelope.topic, event.envelope.key], tally)
        await self._save(tx, cursors)
        return tally

    async def _step(self, tx: Transaction, event: Event, cursor: Cursor, tally: Tally) -> None:
        envelope = event.envelope
        if cursor.version is None or (envelope.sequence > cursor.version + 1 and _forgetful(envelope.topic)):
            await self._first_seen(tx, envelope, cursor)
        version = cursor.version or 0
        if envelope.sequence <= version:
            await self._repeated(tx, event, cursor, tally)
        elif cursor.held:
            await self._defer(tx, event, cursor, state="retry", reason="behind")
        elif envelope.sequence > version + 1:
            get_logger().error("event_gap", topic=envelope.topic, key=envelope.key, expected=version + 1)
            await self._defer(tx, event, cursor, state="gap", reason="gap")
        else:
            await self.handle(tx, event)
            cursor.version, cursor.event_id, cursor.moved = envelope.sequence, envelope.id, True
            tally.applied.append(envelope.topic)

    async def handle(self, tx: Transaction, event: Event) -> None:
        """Run the handler of the event, if the service has one; raises what the handler raises."""
        handler = self._handlers.get(event.envelope.type)
        if handler is None:
            return
        envelope = event.envelope
        payload = handler.event.model_validate_json(event.payload, extra="ignore")
        trace = tracing.Trace(envelope.correlation_id, str(envelope.id), envelope.traceparent)
        with tracing.tracing(trace):
            await handler(payload, envelope, tx)

    async def _first_seen(self, tx: Transaction, envelope: Envelope, cursor: Cursor) -> None:
        """A base above 1 is accepted only where earlier versions may be gone for good."""
        jump = envelope.sequence > (cursor.version or 0) + 1
        if not jump or _forgetful(envelope.topic) or await self._bootstrapping(tx, envelope.topic):
            cursor.version = envelope.sequence - 1
        if jump and cursor.version == envelope.sequence - 1:
            metrics.VERSION_JUMPS.labels(self.consumer).inc()

    async def _bootstrapping(self, tx: Transaction, topic: str) -> bool:
        return bool(await tx.fetchval(SQL["bootstrapping"], self.consumer, topic))

    async def _repeated(self, tx: Transaction, event: Event, cursor: Cursor, tally: Tally) -> None:
        tally.duplicates += 1
        envelope = event.envelope
        if envelope.sequence == cursor.version and cursor.event_id not in {None, envelope.id} and not cursor.held:
            get_logger().error("version_used_twice", topic=envelope.topic, key=envelope.key, event_id=str(envelope.id))
            await self._defer(tx, event, cursor, state="retry", reason="version_used_twice")
            await deferred.bury(tx, self.consumer, event, attempts=1, reason="version_used_twice")

    async def _defer(
        self, tx: Transaction, event: Event, cursor: Cursor, *, state: deferred.State, reason: str
    ) -> None:
        await deferred.put(tx, self.consumer, event, state=state, reason=reason)
        cursor.held = True

    async def _set_aside(self, tx: Transaction, event: Event, error: Exception | None) -> None:
        """The event failed alone: hold its key, and let everything else go on."""
        cursors = await self._lock(tx, keys([event]))
        cursor = cursors[event.envelope.topic, event.envelope.key]
        if cursor.version is not None and event.envelope.sequence <= cursor.version:
            return
        await deferred.put(tx, self.consumer, event, state="retry", reason=type(error).__name__)
        if isinstance(error, retries.PERMANENT):
            await deferred.bury(tx, self.consumer, event, attempts=1, reason=type(error).__name__)

    async def _lock(self, tx: Transaction, wanted: Sequence[Key]) -> dict[Key, Cursor]:
        """Lock the cursors of the keys in (topic, key) order, making those that are missing."""
        columns = (self.consumer, [t for t, _ in wanted], [k for _, k in wanted])
        rows = await tx.fetch(SQL["lock"], *columns)
        if len(rows) < len(wanted):
            await tx.execute(SQL["make"], *columns)
            rows = await tx.fetch(SQL["lock"], *columns)
        return {(r["topic"], r["key"]): Cursor(r["version"], r["event_id"], r["held"]) for r in rows}

    async def _save(self, tx: Transaction, cursors: Mapping[Key, Cursor]) -> None:
        moved = [(t, k, c.version, c.event_id) for (t, k), c in cursors.items() if c.moved]
        if moved:
            await tx.execute(SQL["save"], self.consumer, *(list(column) for column in zip(*moved, strict=True)))


def _forgetful(topic: str) -> bool:
    """Whether Kafka drops this topic's old records, so that a jump upward is no loss of ours."""
    return declared(topic).retention is not None
