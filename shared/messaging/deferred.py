"""Deferred events: the head of each key is tried again, what stands behind it follows in one go, order is kept."""

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from itertools import takewhile
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args
from uuid import UUID

from shared.contracts.topics import named
from shared.messaging import cursors, dead_letters, retries, wire
from shared.messaging.cursors import Cursor, Verdict
from shared.messaging.handling import HandlerTooSlow
from shared.messaging.wire import Event
from shared.observability import metrics
from shared.observability.logs import get_logger, where
from shared.postgres.database import INFRASTRUCTURE, Database, Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)
STEPS = (500, 50, 5, 1)
"""How many events of one key are applied in one transaction: as many as can be, if need be fewer."""

MOST_BYTES = 8_000_000
"""And so many bytes of their payloads."""

TURN = 2.0
"""Seconds after which a chain is committed as far as it has come, and its key left to others for a moment."""

COUNTED = 100_000
"""What stands behind heads is counted no further than this."""

TWICE = "version_used_twice"
"""Why an event is dead that claims the version of another one."""

Tried: TypeAlias = Literal["retry", "gap"]
State: TypeAlias = Literal["retry", "gap", "dead", "behind"]
Handle: TypeAlias = Callable[[Transaction, Event], Awaitable[None]]


async def put(tx: Transaction, consumer: str, event: Event, *, state: Tried, reason: str) -> bool:
    """Defer the event, so that the offset may move on; its key's cursor must be locked.

    True when it stands first on its key: then it is tried again, in this state; else it stands behind what does.
    """
    envelope = event.envelope
    stands: State | None = await tx.fetchval(
        SQL["put"],
        *_place(consumer, event),
        wire.to_row(envelope),
        event.payload,
        state,
        reason,
        retries.pause_before(1),
    )
    if stands is not None:
        metrics.EVENTS_DEFERRED.labels(consumer, stands).inc()
    return stands == state


async def dead_letter(tx: Transaction, consumer: str, event: Event, *, attempts: int, reason: str) -> None:
    """Give up on an event that is deferred: its row stays and holds its key, a copy goes to the dead-letter topic.

    Two members of a group may come to the same event; whoever comes second finds it dead, and does nothing.
    """
    envelope = event.envelope
    times = await tx.fetchval(SQL["dead_letter"], *_place(consumer, event), attempts, reason)
    if times is None:
        return
    dead_letters.announce(tx, consumer, event, time=times, attempts=attempts, reason=reason)
    metrics.EVENTS_DEFERRED.labels(consumer, "dead").inc()
    stream = named(envelope.topic, envelope.key)
    get_logger().error("event_dead", **stream, event_id=str(envelope.id), reason=reason)


async def promote(tx: Transaction, keys: Iterable[tuple[str, str, str]]) -> None:
    """What stands first on each (consumer, topic, key) is due now, if it stood behind something until now."""
    await tx.execute(SQL["promote"], *(list(column) for column in zip(*keys, strict=True)))


class Deferred:
    """The worker that brings back what was deferred for one consumer."""

    def __init__(self, consumer: str, db: Database, handle: Handle) -> None:
        """`handle(tx, event)` runs the event's handler, as the inbox does."""
        self._consumer = consumer
        self._db = db
        self._handle = handle

    async def run_due(self) -> int:
        """Try every key whose head is due; returns how many events were done with."""
        due = await self._db.read(self._due)
        return sum([await self._try(row) for row in due])

    async def sweep(self) -> int:
        """Promote what stands first and is not tried: a release of before, still running, can leave it so."""
        return await self._db.run(self._sweep)

    async def measure(self) -> int:
        """Tell how much is deferred; there is nothing to be done about it here."""
        row = await self._db.read(self._figures)
        for state in get_args(State):
            metrics.EVENTS_WAITING.labels(self._consumer, state).set(row[state])
        for state in get_args(Tried):
            metrics.EVENTS_WAITING_SECONDS.labels(self._consumer, state).set(row[f"{state}_seconds"])
        metrics.KEYS_WAITING.labels(self._consumer).set(row["keys"])
        return 0

    async def _figures(self, tx: Transaction) -> "Record":
        [row] = await tx.fetch(SQL["figures"], self._consumer, COUNTED)
        return row

    async def _due(self, tx: Transaction) -> "list[Record]":
        return await tx.fetch(SQL["due"], self._consumer)

    async def _sweep(self, tx: Transaction) -> int:
        return len(await tx.fetch(SQL["sweep"], self._consumer))

    async def _try(self, due: "Record") -> int:
        """However it ends the head is not due any more, lest those that cannot go on keep others waiting."""
        try:
            return await self._drain_or_blame(due)
        except Exception as error:  # noqa: BLE001 an outage, or a row that nobody can make anything of
            get_logger().warning("deferral_waits", **_about(due), cause=where(error))
        with suppress(*INFRASTRUCTURE):
            await self._db.run(self._rest, due)
        return 0

    async def _drain_or_blame(self, due: "Record", steps: Sequence[int] = STEPS) -> int:
        """An event can break the whole transaction: then its key goes on in ever smaller steps, to find which it is."""
        most, *fewer = steps
        try:
            return await self._db.run(self._drain, due, most)
        except Exception as error:
            if isinstance(error, INFRASTRUCTURE) and not await self._db.is_well(error):
                raise
            if isinstance(error, (*INFRASTRUCTURE, HandlerTooSlow)):
                fewer = fewer[-1:]  # each step may cost a time-out
            get_logger().warning("chain_split", **_about(due), cause=where(error))
            if fewer:
                return await self._drain_or_blame(due, fewer)
            await self._db.run(self._blame, due, error)
            return 0

    async def _blame(self, tx: Transaction, due: "Record", error: Exception) -> None:
        await cursors.lock(tx, self._consumer, [(due["topic"], due["key"])])
        for row in await tx.fetch(SQL["chain"], self._consumer, due["topic"], due["key"], 1, MOST_BYTES):
            if row["due"] and _same(row, due):
                await self._failed(tx, wire.from_row(dict(row)), _try_of(row), error)

    async def _rest(self, tx: Transaction, due: "Record") -> None:
        await tx.execute(SQL["rest"], *self._row(due), retries.pause_before(1))

    async def _drain(self, tx: Transaction, due: "Record", most: int) -> int:
        """Take the key's chain as far as it goes, in one transaction; returns how many events were done with."""
        place = (due["topic"], due["key"])
        [cursor] = (await cursors.lock(tx, self._consumer, [place])).values()
        chain = await tx.fetch(SQL["chain"], self._consumer, *place, most, MOST_BYTES)
        done = 0
        if not chain or not _same(chain[0], due):
            await tx.execute(SQL["stand_back"], *self._row(due))
        elif chain[0]["due"]:
            done = await self._advance(tx, cursor, chain)
        await promote(tx, [(self._consumer, *place)])
        return done

    async def _advance(self, tx: Transaction, cursor: Cursor, chain: "list[Record]") -> int:
        """Takes its turn: whoever receives an event of the key waits for the cursor as long as it lasts."""
        done: list[Record] = []
        ends = time.monotonic() + TURN
        for row in takewhile(lambda _: time.monotonic() < ends, chain):
            if row["state"] == "dead" or not await self._passed(tx, cursor, row):
                break
            done.append(row)
        if done:
            place = (done[-1]["topic"], done[-1]["key"])
            await cursors.save(tx, self._consumer, {place: cursor})
            columns = [[row[name] for row in done] for name in ("version", "event_id")]
            await tx.execute(SQL["delete"], self._consumer, *place, *columns)
        return len(done)

    async def _passed(self, tx: Transaction, cursor: Cursor, row: "Record") -> bool:
        """Whether the event is done with; one that is not is postponed or given up."""
        event = wire.from_row(dict(row))
        verdict = await cursors.judge(tx, self._consumer, cursor, event.envelope)
        match verdict:
            case Verdict.REPEATED:
                return True
            case Verdict.TWICE:
                await dead_letter(tx, self._consumer, event, attempts=1, reason=TWICE)
                return False
            case Verdict.GAP:
                await self._postpone(tx, event, row["attempts"] + 1, state="gap", reason="gap")
                return False
            case Verdict.NEXT | Verdict.JUMP:
                metrics.VERSION_JUMPS.labels(self._consumer).inc(verdict is Verdict.JUMP)
                return await self._applied(tx, cursor, event, _try_of(row))

    async def _applied(self, tx: Transaction, cursor: Cursor, event: Event, attempts: int) -> bool:
        try:
            await tx.savepoint(lambda: self._handle(tx, event))
        except INFRASTRUCTURE:
            raise
        except Exception as error:
            if not tx.is_open:
                raise
            await self._failed(tx, event, attempts, error)
            return False
        cursor.move(event.envelope)
        return True

    async def _failed(self, tx: Transaction, event: Event, attempts: int, error: Exception) -> None:
        reason = type(error).__name__
        if attempts >= retries.TRIES or isinstance(error, retries.PERMANENT):
            await dead_letter(tx, self._consumer, event, attempts=attempts, reason=reason)
        else:
            await self._postpone(tx, event, attempts, state="retry", reason=reason)

    async def _postpone(self, tx: Transaction, event: Event, attempts: int, *, state: Tried, reason: str) -> None:
        pause = retries.pause_before(attempts)
        await tx.execute(SQL["postpone"], *_place(self._consumer, event), state, attempts, pause, reason)

    def _row(self, due: "Record") -> tuple[object, ...]:
        return self._consumer, due["topic"], due["key"], due["version"], due["event_id"]


def _about(due: "Record") -> dict[str, str]:
    return {**named(due["topic"], due["key"]), "event_id": str(due["event_id"])}


def _try_of(row: "Record") -> int:
    """Which try of its handler is next; looking whether a gap has closed was none."""
    return 1 if row["state"] == "gap" else row["attempts"] + 1


def _same(row: "Record", other: "Record") -> bool:
    """By version and id: one event can claim two versions."""
    return (row["version"], row["event_id"]) == (other["version"], other["event_id"])


def _place(consumer: str, event: Event) -> tuple[str, str, str, int, UUID]:
    envelope = event.envelope
    return consumer, envelope.topic, envelope.key, envelope.sequence, envelope.id
