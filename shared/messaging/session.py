"""One relaying session: a dedicated connection that reads, deletes and holds the lanes, and a producer that sends.

With the connection the lanes are lost, so a dead or frozen relay can neither keep a lane nor delete a row.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING, TypeVar

from shared.messaging import wire
from shared.messaging.flights import Carrier, Flight, Flights
from shared.messaging.lanes import Lanes
from shared.messaging.marks import Marks
from shared.messaging.producer import Batch, BatchRefused, Blame
from shared.messaging.troubles import WINDOW, Pair, Troubles
from shared.observability import metrics
from shared.observability.logs import get_logger
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Connection, Record

T = TypeVar("T")

SQL = Queries(__file__)
SHARE_EVERY = 1.0
POLL_FIRST, POLL_LAST = 0.02, 0.4
FINISH_SECONDS = 10.0
MOST_ROWS = 2_400
"""Rows a read takes at once: half of what a full outbox offers, so that one half is read while the other flies."""

MOST_BYTES = 8_000_000


class Session:
    """Relays for as long as its connection lives; `begin`, then `step` again and again, `finish`, `close`."""

    def __init__(
        self,
        connection: "Connection",
        new_carrier: Callable[[], Carrier],
        wake: asyncio.Event,
        *,
        topics: Sequence[str],
        source: str,
        prefix: str = "",
    ) -> None:
        """`wake` ends a rest at once; `prefix` stands before the logical `topics` on the cluster."""
        self._connection = connection
        self._new_carrier = new_carrier
        self._carrier = new_carrier()
        self._wake = wake
        self._topics = topics
        self._headers = wire.Headings(source)
        self._prefix = prefix
        self._marks = Marks()
        self._lanes = Lanes(connection, self._hear, self._marks.look)
        self._flights = Flights(wake.set)
        self._troubles = Troubles()
        self._retiring: set[asyncio.Task[None]] = set()
        self._turns: dict[Pair, int] = {}
        self._reads = 0
        self._next_share = 0.0
        self._poll = POLL_FIRST

    def _hear(self, *_: object) -> None:
        self._wake.set()

    async def begin(self) -> None:
        """Connect to Kafka and count as a live relay."""
        await self._speaking(self._carrier.start())
        await self._lanes.announce()

    async def step(self) -> None:
        """Share lanes, read every idle pair, send, and reap what has ended; rest when there is nothing to do."""
        await self._look_around()
        self._wake.clear()
        found = await self._read()
        await self._send(found)
        if len(found) >= MOST_ROWS:
            await self._reap()
        elif self._flights:
            self._poll = POLL_FIRST
            await self._rest(POLL_LAST)
            await self._reap()
        elif not found:
            woken = await self._rest(self._poll)
            self._poll = POLL_FIRST if woken else min(self._poll * 2, POLL_LAST)

    async def finish(self) -> None:
        """Wait, within reason, for what is in flight, so that no other relay has to send it again."""
        deadline = time.monotonic() + FINISH_SECONDS
        while self._flights and time.monotonic() < deadline:
            await self._speaking(self._flights.wait(POLL_LAST))
            await self._reap()

    async def close(self) -> None:
        """End the producers, all of them and whatever failed; the connection is the caller's."""
        self._flights.call_off()
        await asyncio.wait([asyncio.create_task(self._carrier.stop()), *self._retiring])

    async def _look_around(self) -> None:
        now = time.monotonic()
        busy = self._flights.busy_lanes()
        if now >= self._next_share:
            self._next_share = now + SHARE_EVERY
            await self._lanes.share(busy)
        else:
            await self._lanes.leave(busy)
        self._marks.keep(self._lanes.owned)

    async def _read(self) -> "list[Record]":
        """Witnesses that are wanted, and rows of the idle pairs, those first whose turn was longest ago."""
        idle = filter(self._is_idle, product(self._topics, self._lanes.open))
        pairs = sorted(idle, key=lambda pair: self._turns.get(pair, 0))
        if not pairs:
            return []
        await self._know(pairs)
        found = await self._call_witnesses(pairs)
        for group in self._marks.groups(pairs):
            rows, full = await self._read_at_once(group)
            found += rows
            if full or len(found) >= MOST_ROWS or sum(len(row["payload"]) for row in found) >= MOST_BYTES:
                break
        return found

    async def _know(self, pairs: Sequence[Pair]) -> None:
        """Nothing is read of a pair before its parked rows are known."""
        if unknown := self._marks.unknown(pairs):
            columns = ([topic for topic, _ in unknown], [lane for _, lane in unknown])
            self._marks.listed(unknown, await self._connection.fetch(SQL["parked"], *columns))

    async def _read_at_once(self, pairs: Sequence[Pair]) -> "tuple[list[Record], bool]":
        """What one statement finds of these pairs, and whether there may be more than it was allowed to find."""
        windows = [self._troubles.window(pair) for pair in pairs]
        columns = ([t for t, _ in pairs], [n for _, n in pairs], windows)
        marks = self._marks.columns(pairs)
        rows = await self._connection.fetch(SQL["pending"], *columns, MOST_ROWS, MOST_BYTES, *marks)
        full = len(rows) >= MOST_ROWS or sum(len(row["payload"]) for row in rows) >= MOST_BYTES
        asked = [pair for pair, window in zip(pairs, windows, strict=True) if window]
        self._marks.read(asked, rows, emptied=() if full else asked)
        return rows, full

    async def _call_witnesses(self, pairs: Sequence[Pair]) -> "list[Record]":
        found: list[Record] = []
        for pair in pairs:
            if wanted := self._troubles.wanted(pair):
                rows = await self._connection.fetch(SQL["witness"], *pair, *wanted, WINDOW, *self._marks.of(pair))
                self._troubles.call(pair, rows[0]["seq"] if rows else None)
                found += rows
        return found

    def _is_idle(self, pair: Pair) -> bool:
        return pair not in self._flights and not self._troubles.held(pair)

    async def _send(self, rows: "list[Record]") -> None:
        """One batch a pair, of as many of its rows as fit; what does not fit is read again afterwards, or parked."""
        self._reads += 1
        batches: dict[Pair, tuple[Batch, list[int]]] = {}
        full: dict[Pair, int] = {}
        for row in rows:
            pair = (row["topic"], row["lane"])
            if pair in full:
                continue
            if pair not in batches:
                batches[pair] = (self._carrier.batch(), [])
                self._turns[pair] = self._reads
            batch, seqs = batches[pair]
            if batch.add(row["key"].encode(), row["payload"], self._headers.of(row)):
                seqs.append(row["seq"])
            else:
                full[pair] = row["seq"]
        for pair, (batch, seqs) in batches.items():
            if seqs:
                self._flights.launch(pair, self._prefix + pair[0], batch, seqs, self._carrier)
        for pair, left_out in full.items():
            if fitting := len(batches[pair][1]):
                self._troubles.fill(pair, fitting)
            else:
                await self._park(pair, left_out, "RecordTooLarge")

    async def _rest(self, seconds: float) -> bool:
        """Rest until something lands or is committed; False when nothing did."""
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _reap(self) -> None:
        ended = self._flights.take_ended()
        failures = [(flight, flight.failure() if flight.task.done() else _no_ack(flight)) for flight in ended]
        await self._delete([flight for flight, failure in failures if failure is None])
        for flight, failure in failures:
            if failure is not None:
                await self._refused(flight, failure)
        if any(failure and flight.carrier is self._carrier for flight, failure in failures):
            await self._replace_carrier()

    async def _delete(self, flights: list[Flight]) -> None:
        if not flights:
            return
        rows = [(*f.pair, ",".join(map(str, f.seqs)), min(f.seqs), max(f.seqs)) for f in flights]
        await self._connection.executemany(SQL["delete"], rows)
        for flight in flights:
            metrics.EVENTS_SENT.labels(flight.pair[0]).inc(len(flight.seqs))
            metrics.RELAY_WAVE.observe(time.monotonic() - flight.started)
            self._troubles.taken(flight.pair, flight.seqs)

    async def _refused(self, flight: Flight, failure: BatchRefused) -> None:
        """Narrow down what is to blame, and park it when that is sure."""
        (topic, lane), (seq, *_) = flight.pair, flight.seqs
        reason, events = failure.reason, len(flight.seqs)
        metrics.SEND_REFUSALS.labels(topic, reason).inc()
        get_logger().warning(
            "batch_refused", topic=topic, lane=lane, reason=reason, blame=failure.blame, events=events, first=seq
        )
        if self._troubles.refused(flight.pair, flight.seqs, failure.blame):
            await self._park(flight.pair, seq, reason)

    async def _park(self, pair: Pair, seq: int, reason: str) -> None:
        topic, lane = pair
        await self._connection.execute(SQL["park"], topic, lane, seq, reason)
        metrics.EVENTS_PARKED.labels(topic).inc()
        get_logger().error("event_parked", topic=topic, lane=lane, seq=seq, reason=reason)
        self._troubles.parked(pair, seq)
        self._marks.parked(pair, seq)

    async def _replace_carrier(self) -> None:
        """A failed batch leaves its producer out of sequence on that partition: never send through it again."""
        metrics.PRODUCERS_REPLACED.inc()
        get_logger().warning("producer_replaced")
        retiring = asyncio.create_task(self._retire(self._carrier))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)
        self._carrier = self._new_carrier()
        await self._speaking(self._carrier.start())

    async def _retire(self, carrier: Carrier) -> None:
        """Let it deliver what it still carries; what it cannot is sent again by its successor."""
        await carrier.stop()
        self._flights.call_off(carrier)

    async def _speaking(self, waiting: Awaitable[T]) -> T:
        """Await something slow while the connection says something every second, lest it be taken for frozen."""
        task = asyncio.ensure_future(waiting)
        try:
            while True:
                done, _ = await asyncio.wait([task], timeout=1)
                await self._connection.execute(SQL["still_here"])
                if done:
                    return task.result()
        finally:
            task.cancel()
            await asyncio.wait((task,))


def _no_ack(flight: Flight) -> BatchRefused:
    flight.task.cancel()
    return BatchRefused("NoAcknowledgement", Blame.MOMENT)
