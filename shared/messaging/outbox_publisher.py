"""Publishes the outbox: a dedicated connection that reads, deletes and holds the lanes, and a producer that sends.

With the connection the lanes are lost, so a dead or frozen relay can neither keep a lane nor delete a row.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING, TypeVar

from shared.messaging import wire
from shared.messaging.backoff import WINDOW, PartitionBackoff, TopicPartition
from shared.messaging.in_flight import InFlightBatch, InFlightBatches, ProducerPort
from shared.messaging.lanes import Lanes
from shared.messaging.marks import Marks
from shared.messaging.producer import Batch, BatchRefused, Blame
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


class OutboxPublisher:
    """Relays for as long as its connection lives; `begin`, then `step` again and again, `finish`, `close`."""

    def __init__(
        self,
        connection: "Connection",
        new_producer: Callable[[], ProducerPort],
        wake: asyncio.Event,
        *,
        topics: Sequence[str],
        source: str,
        public_url: str,
        prefix: str = "",
    ) -> None:
        """`wake` ends a rest at once; `prefix` stands before the logical `topics` on the cluster."""
        self._connection = connection
        self._new_producer = new_producer
        self._producer = new_producer()
        self._wake = wake
        self._topics = topics
        self._headers = wire.HeaderEncoder(source, public_url=public_url)
        self._prefix = prefix
        self._marks = Marks()
        self._lanes = Lanes(connection, self._hear, self._marks.look)
        self._in_flight = InFlightBatches(wake.set)
        self._backoff = PartitionBackoff()
        self._retiring: set[asyncio.Task[None]] = set()
        self._turns: dict[TopicPartition, int] = {}
        self._reads = 0
        self._next_share = 0.0
        self._poll = POLL_FIRST

    def _hear(self, *_: object) -> None:
        self._wake.set()

    async def begin(self) -> None:
        """Connect to Kafka and count as a live relay."""
        await self._speaking(self._producer.start())
        await self._lanes.announce()

    async def step(self) -> None:
        """Share lanes, read every idle partition, send, and reap what has ended; rest when there is nothing to do."""
        await self._look_around()
        self._wake.clear()
        found = await self._read()
        await self._send(found)
        if len(found) >= MOST_ROWS:
            await self._reap()
        elif self._in_flight:
            self._poll = POLL_FIRST
            await self._rest(POLL_LAST)
            await self._reap()
        elif not found:
            woken = await self._rest(self._poll)
            self._poll = POLL_FIRST if woken else min(self._poll * 2, POLL_LAST)

    async def finish(self) -> None:
        """Wait, within reason, for what is in flight, so that no other relay has to send it again."""
        deadline = time.monotonic() + FINISH_SECONDS
        while self._in_flight and time.monotonic() < deadline:
            await self._speaking(self._in_flight.wait(POLL_LAST))
            await self._reap()

    async def close(self) -> None:
        """End the producers, all of them and whatever failed; the connection is the caller's."""
        self._in_flight.cancel()
        await asyncio.wait([asyncio.create_task(self._producer.stop()), *self._retiring])

    async def _look_around(self) -> None:
        now = time.monotonic()
        busy = self._in_flight.busy_lanes()
        if now >= self._next_share:
            self._next_share = now + SHARE_EVERY
            await self._lanes.share(busy)
        else:
            await self._lanes.leave(busy)
        self._marks.keep(self._lanes.owned)

    async def _read(self) -> "list[Record]":
        """Witnesses that are wanted, and rows of the idle partitions, those first whose turn was longest ago."""
        idle = filter(self._is_idle, product(self._topics, self._lanes.open))
        partitions = sorted(idle, key=lambda partition: self._turns.get(partition, 0))
        if not partitions:
            return []
        await self._know(partitions)
        found = await self._call_witnesses(partitions)
        for group in self._marks.groups(partitions):
            rows, full = await self._read_at_once(group)
            found += rows
            if full or len(found) >= MOST_ROWS or sum(len(row["payload"]) for row in found) >= MOST_BYTES:
                break
        return found

    async def _know(self, partitions: Sequence[TopicPartition]) -> None:
        """Nothing is read of a partition before its parked rows are known."""
        if unknown := self._marks.unknown(partitions):
            columns = ([topic for topic, _ in unknown], [lane for _, lane in unknown])
            self._marks.listed(unknown, await self._connection.fetch(SQL["parked"], *columns))

    async def _read_at_once(self, partitions: Sequence[TopicPartition]) -> "tuple[list[Record], bool]":
        """What one statement finds of these partitions, and whether there may be more than it was allowed to find."""
        windows = [self._backoff.window(partition) for partition in partitions]
        columns = ([t for t, _ in partitions], [n for _, n in partitions], windows)
        marks = self._marks.columns(partitions)
        rows = await self._connection.fetch(SQL["pending"], *columns, MOST_ROWS, MOST_BYTES, *marks)
        full = len(rows) >= MOST_ROWS or sum(len(row["payload"]) for row in rows) >= MOST_BYTES
        asked = [partition for partition, window in zip(partitions, windows, strict=True) if window]
        self._marks.read(asked, rows, emptied=() if full else asked)
        return rows, full

    async def _call_witnesses(self, partitions: Sequence[TopicPartition]) -> "list[Record]":
        found: list[Record] = []
        for partition in partitions:
            if wanted := self._backoff.wanted(partition):
                rows = await self._connection.fetch(
                    SQL["witness"], *partition, *wanted, WINDOW, *self._marks.of(partition)
                )
                self._backoff.call(partition, rows[0]["seq"] if rows else None)
                found += rows
        return found

    def _is_idle(self, partition: TopicPartition) -> bool:
        return partition not in self._in_flight and not self._backoff.held(partition)

    async def _send(self, rows: "list[Record]") -> None:
        """One batch a partition, of as many rows as fit; what does not fit is read again afterwards, or parked."""
        self._reads += 1
        batches: dict[TopicPartition, tuple[Batch, list[int]]] = {}
        full: dict[TopicPartition, int] = {}
        for row in rows:
            partition = (row["topic"], row["lane"])
            if partition in full:
                continue
            if partition not in batches:
                batches[partition] = (self._producer.batch(), [])
                self._turns[partition] = self._reads
            batch, seqs = batches[partition]
            if batch.add(row["key"].encode(), row["payload"], self._headers.of(row)):
                seqs.append(row["seq"])
            else:
                full[partition] = row["seq"]
        for partition, (batch, seqs) in batches.items():
            if seqs:
                self._in_flight.send(partition, self._prefix + partition[0], batch, seqs, self._producer)
        for partition, left_out in full.items():
            if fitting := len(batches[partition][1]):
                self._backoff.fill(partition, fitting)
            else:
                await self._park(partition, left_out, "RecordTooLarge")

    async def _rest(self, seconds: float) -> bool:
        """Rest until something lands or is committed; False when nothing did."""
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _reap(self) -> None:
        ended = self._in_flight.take_ended()
        failures = [(batch, batch.failure() if batch.task.done() else _no_ack(batch)) for batch in ended]
        await self._delete([batch for batch, failure in failures if failure is None])
        for batch, failure in failures:
            if failure is not None:
                await self._refused(batch, failure)
        if any(failure and batch.producer is self._producer for batch, failure in failures):
            await self._replace_producer()

    async def _delete(self, batches: list[InFlightBatch]) -> None:
        if not batches:
            return
        rows = [(*f.partition, ",".join(map(str, f.seqs)), min(f.seqs), max(f.seqs)) for f in batches]
        await self._connection.executemany(SQL["delete"], rows)
        for batch in batches:
            metrics.EVENTS_SENT.labels(batch.partition[0]).inc(len(batch.seqs))
            metrics.RELAY_WAVE.observe(time.monotonic() - batch.started)
            self._backoff.taken(batch.partition, batch.seqs)

    async def _refused(self, batch: InFlightBatch, failure: BatchRefused) -> None:
        """Narrow down what is to blame, and park it when that is sure."""
        (topic, lane), (seq, *_) = batch.partition, batch.seqs
        reason, events = failure.reason, len(batch.seqs)
        metrics.SEND_REFUSALS.labels(topic, reason).inc()
        get_logger().warning(
            "batch_refused", topic=topic, lane=lane, reason=reason, blame=failure.blame, events=events, first=seq
        )
        if self._backoff.refused(batch.partition, batch.seqs, failure.blame):
            await self._park(batch.partition, seq, reason)

    async def _park(self, partition: TopicPartition, seq: int, reason: str) -> None:
        topic, lane = partition
        await self._connection.execute(SQL["park"], topic, lane, seq, reason)
        metrics.EVENTS_PARKED.labels(topic).inc()
        get_logger().error("event_parked", topic=topic, lane=lane, seq=seq, reason=reason)
        self._backoff.parked(partition, seq)
        self._marks.parked(partition, seq)

    async def _replace_producer(self) -> None:
        """A failed batch leaves its producer out of sequence on that partition: never send through it again."""
        metrics.PRODUCERS_REPLACED.inc()
        get_logger().warning("producer_replaced")
        retiring = asyncio.create_task(self._retire(self._producer))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)
        self._producer = self._new_producer()
        await self._speaking(self._producer.start())

    async def _retire(self, producer: ProducerPort) -> None:
        """Let it deliver what it still carries; what it cannot is sent again by its successor."""
        await producer.stop()
        self._in_flight.cancel(producer)

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


def _no_ack(batch: InFlightBatch) -> BatchRefused:
    batch.task.cancel()
    return BatchRefused("NoAcknowledgement", Blame.MOMENT)
