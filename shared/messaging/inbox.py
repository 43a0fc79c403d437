"""The read side: a batch of events becomes its effects and its cursors in one transaction; knows no Kafka."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from types import MappingProxyType, ModuleType
from typing import Any, Generic, TypeAlias, TypeVar, cast

from shared.contracts.envelope import Contract, Envelope
from shared.contracts.topics import named
from shared.messaging import cursors, deferred, handling, retries, undecodable, wire
from shared.messaging.cursors import Cursor, Verdict
from shared.messaging.wire import Event, Reason, Undecodable, keys
from shared.observability import metrics, tracing
from shared.observability.logs import get_logger, where
from shared.postgres.database import INFRASTRUCTURE, Database, Transaction

E = TypeVar("E", bound=Contract)
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


def collect(*packages: ModuleType) -> tuple[Handler[Any], ...]:
    """Every handler that stands in these packages or below, each a capability's `subscribers`.

    A module is imported here and nowhere else, so that none can be written and forgotten.
    """
    below = (found.name for package in packages for found in walk_packages(package.__path__, f"{package.__name__}."))
    modules = [*packages, *(import_module(name) for name in below)]
    named: Iterable[Handler[Any] | object] = (value for module in modules for value in vars(module).values())
    return tuple(cast("Handler[Any]", value) for value in named if isinstance(value, Handler))


@dataclass(slots=True)
class BatchResult:
    """What became of a batch, counted when it is committed."""

    applied: list[str] = field(default_factory=list[str])
    duplicates: int = 0
    leaps: list[Undecodable] = field(default_factory=list[Undecodable])


class Inbox:
    """Applies events for one consumer, exactly once each and in order per key."""

    def __init__(self, consumer: str, handlers: Sequence[Handler[Any]], db: Database) -> None:
        """`consumer` names the group; one handler an event class."""
        self.consumer = consumer
        self.db = db
        metrics.VERSIONS_REUSED.labels(consumer)  # from 0 on, for an alert sees nothing where a series begins
        self._handlers: Mapping[str, Handler[Any]] = MappingProxyType({h.event.event_type(): h for h in handlers})
        if twice := {h.event.__name__ for h in handlers if self._handlers[h.event.event_type()] is not h}:
            raise ValueError(f"{consumer} has two handlers of {', '.join(sorted(twice))}")

    async def apply(self, events: Sequence[Event]) -> None:
        """Apply a batch in one transaction; when a handler fails, undo it and go on event by event.

        Raises only infrastructure errors, with nothing of the failing part committed; call again with the same batch.
        """
        if not events:
            return
        try:
            await self._run(events)
        except Exception as error:  # noqa: BLE001 whatever a handler raises is sorted out event by event
            await self._raise_outage(error)
            get_logger().warning("batch_split", events=len(events), cause=where(error))
            for event in events:
                await self._apply_alone(event)

    async def _raise_outage(self, error: Exception) -> None:
        """One event can bring about what looks like an outage, each time; a real one is seen by others too."""
        if isinstance(error, INFRASTRUCTURE) and not await self.db.is_well(error):
            raise error

    async def _apply_alone(self, event: Event) -> None:
        error: Exception | None = None
        for attempt in range(retries.IN_PLACE):
            try:
                await self._run([event])
            except (*retries.PERMANENT, handling.HandlerTooSlow) as final:
                error = final
                break
            except Exception as other:  # noqa: BLE001 deferred below, with its class
                await self._raise_outage(other)
                error = other
                await asyncio.sleep(retries.pause_in_place(attempt))
            else:
                return
        await self.db.run(self._defer_failed, event, error)

    async def _run(self, events: Sequence[Event]) -> None:
        result = await self.db.run(self._apply, events)
        for topic in result.applied:
            metrics.EVENTS_APPLIED.labels(self.consumer, topic).inc()
        metrics.EVENTS_DUPLICATE.labels(self.consumer).inc(result.duplicates)

    async def _apply(self, tx: Transaction, events: Sequence[Event]) -> BatchResult:
        known = await cursors.lock(tx, self.consumer, keys(events))
        result = BatchResult()
        for event in events:
            await self._step(tx, event, known[event.envelope.topic, event.envelope.key], result)
        await cursors.save(tx, self.consumer, known)
        if result.leaps:  # at the end, for others wait for the budget of their topic, and handlers take their time
            await undecodable.dead_letter(tx, self.consumer, result.leaps)
        return result

    async def _step(self, tx: Transaction, event: Event, cursor: Cursor, result: BatchResult) -> None:
        if leap := await self._leap(tx, event, cursor):
            result.leaps.append(leap)
            return
        verdict = await cursors.judge(tx, self.consumer, cursor, event.envelope)
        match verdict:
            case Verdict.REPEATED:
                result.duplicates += 1
                self._tell_of_reuse(event.envelope, cursor)
            case Verdict.TWICE:
                await self._twice(tx, event, cursor)
            case _ if cursor.held:
                await self._defer(tx, event, cursor, state="retry", reason="behind")
            case Verdict.GAP:
                await self._gap(tx, event, cursor)
            case Verdict.NEXT | Verdict.JUMP:
                metrics.VERSION_JUMPS.labels(self.consumer).inc(verdict is Verdict.JUMP)
                await self.handle(tx, event)
                cursor.move(event.envelope)
                result.applied.append(event.envelope.topic)

    def _tell_of_reuse(self, envelope: Envelope, cursor: Cursor) -> None:
        if cursors.is_reused(cursor, envelope):
            metrics.VERSIONS_REUSED.labels(self.consumer).inc()
            about = {"event_id": str(envelope.id), "version": envelope.sequence, "at": cursor.version}
            get_logger().error("version_reused", **named(envelope.topic, envelope.key), **about)

    async def handle(self, tx: Transaction, event: Event) -> None:
        """Run the handler of the event, if the service has one; raises what the handler raises."""
        handler = self._handlers.get(event.envelope.type)
        if handler is None:
            return
        envelope = event.envelope
        payload = handler.event.model_validate_json(event.payload, extra="ignore")
        trace = tracing.Trace(envelope.correlation_id, str(envelope.id), envelope.traceparent)
        with tracing.tracing(trace):
            await handling.alone(partial(handler, payload, envelope, tx))
        if not tx.is_open:
            raise handling.HandlerBroke("it ended its transaction")

    async def _twice(self, tx: Transaction, event: Event, cursor: Cursor) -> None:
        """Two events claim one version: which of them is right is for people to say, and the key waits for it."""
        if await self._defer(tx, event, cursor, state="retry", reason=deferred.TWICE):
            await deferred.dead_letter(tx, self.consumer, event, attempts=1, reason=deferred.TWICE)

    async def _gap(self, tx: Transaction, event: Event, cursor: Cursor) -> None:
        envelope = event.envelope
        about = {"event_id": str(envelope.id), "at": cursor.version}
        get_logger().error("event_gap", **named(envelope.topic, envelope.key), **about)
        await self._defer(tx, event, cursor, state="gap", reason="gap")

    async def _defer(
        self, tx: Transaction, event: Event, cursor: Cursor, *, state: deferred.Tried, reason: str
    ) -> bool:
        """Whether it stands first on its key."""
        cursor.held = True
        return await deferred.put(tx, self.consumer, event, state=state, reason=reason)

    async def _defer_failed(self, tx: Transaction, event: Event, error: Exception | None) -> None:
        """The event failed alone: hold its key, and let everything else go on."""
        [cursor] = (await cursors.lock(tx, self.consumer, keys([event]))).values()
        if leap := await self._leap(tx, event, cursor):
            await undecodable.dead_letter(tx, self.consumer, [leap])
            return
        if await cursors.judge(tx, self.consumer, cursor, event.envelope) is Verdict.REPEATED:
            return
        reason = type(error).__name__
        first = await deferred.put(tx, self.consumer, event, state="retry", reason=reason)
        if first and isinstance(error, retries.PERMANENT):
            await deferred.dead_letter(tx, self.consumer, event, attempts=1, reason=reason)

    async def _leap(self, tx: Transaction, event: Event, cursor: Cursor) -> Undecodable | None:
        """The record, if its version is not believed; what was dead-lettered stays so, however near its key comes."""
        if event.raw is None or not wire.is_far(event.envelope, cursor.version):
            return None
        leap = replace(event.raw, reason=Reason.VERSION_LEAP)
        if wire.leaps(event.envelope, cursor.version) or await undecodable.is_kept(tx, self.consumer, leap):
            return leap
        return None
