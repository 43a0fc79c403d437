"""The relay: whatever row stands in the outbox is still to be sent; there is no cursor.

Per (topic, lane) pair one record batch is in flight; after its acknowledgement exactly its rows are deleted and the
pair is read again, with no barrier between pairs. One dedicated connection reads, deletes and holds the lanes:
with it they are lost, so a dead or frozen relay can neither send twice nor keep anything.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from shared.messaging import wire
from shared.messaging.kafka import Batch, BatchRefused, KafkaAway, Producer
from shared.messaging.lanes import Lanes
from shared.messaging.troubles import Pair, Troubles
from shared.observability import metrics
from shared.observability.logs import get_logger, where
from shared.postgres.database import AWAY, speak_json
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Connection, Record

SQL = Queries(__file__)
SHARE_EVERY = 1.0
POLL_FIRST, POLL_LAST = 0.02, 0.4
NO_ACK = 60.0


@dataclass(slots=True)
class Flight:
    """A batch on its way: the rows it holds, and the producer that carries it."""

    pair: Pair
    seqs: list[int]
    producer: Producer
    task: "asyncio.Task[None]"
    started: float


class Relay:
    """Moves a service's outbox to Kafka until told to stop."""

    def __init__(self, dsn: str, bootstrap: str, *, source: str, topics: Sequence[str], prefix: str = "") -> None:
        """`topics` are the logical names the service writes; `prefix` is put before them on the cluster."""
        self._dsn = dsn
        self._bootstrap = bootstrap
        self._source = source
        self._topics = tuple(topics)
        self._prefix = prefix
        self._wake = asyncio.Event()
        self._stopping = False
        self.connected = False

    def stop(self) -> None:
        """Finish what is in flight, give the lanes back, end."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Keep a relaying connection alive until `stop`; Postgres or Kafka away only makes it wait."""
        log = get_logger()
        while not self._stopping:
            try:
                await self._relay_once()
            except (*AWAY, KafkaAway) as error:
                log.warning("relay_waits", cause=where(error))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), 0.5)
                self._wake.clear()
            finally:
                self.connected = False

    async def _relay_once(self) -> None:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=5,
            command_timeout=10,
            server_settings={"application_name": "relay", "idle_session_timeout": "5s"},
        )
        await speak_json(connection)
        producer = Producer(self._bootstrap)
        work = _Work(connection, producer, self._wake, self._source, self._prefix)
        try:
            await _keep_awake(connection, producer.start())
            await work.begin()
            self.connected = True
            while not self._stopping:
                await work.step(self._topics)
            await work.finish()
        finally:
            connection.terminate()
            await work.close()


async def _keep_awake(connection: "Connection", waiting: Any) -> None:
    """Await something slow while the connection speaks every second, so it is not taken for frozen."""
    task = asyncio.ensure_future(waiting)
    try:
        while not task.done():
            await asyncio.wait([task], timeout=1)
            await connection.execute("select 1")
    except BaseException:
        task.cancel()
        raise
    await task


class _Work:
    """One relaying connection's life."""

    def __init__(
        self, connection: "Connection", producer: Producer, wake: asyncio.Event, source: str, prefix: str
    ) -> None:
        self._connection = connection
        self._producer = producer
        self._wake = wake
        self._source = source
        self._prefix = prefix
        self._lanes = Lanes(connection, self._hear)
        self._flights: dict[Pair, Flight] = {}
        self._troubles = Troubles()
        self._ending: set[asyncio.Task[None]] = set()
        self._shared_at = 0.0
        self._poll = POLL_FIRST

    async def begin(self) -> None:
        await self._lanes.announce()

    def _hear(self, *_: object) -> None:
        self._wake.set()

    async def step(self, topics: Sequence[str]) -> None:
        """Share lanes, read every idle pair, send, and reap what was acknowledged."""
        now = time.monotonic()
        if now - self._shared_at >= SHARE_EVERY:
            self._shared_at = now
            await self._lanes.share({lane for _, lane in self._flights})
            await self._measure()
        self._wake.clear()
        found = await self._read(topics)
        self._send(found)
        if self._flights:
            self._poll = POLL_FIRST
            await self._until_landing_or_wake(0.4)
            await self._reap()
        elif not found:
            await self._sleep()

    async def finish(self) -> None:
        """Wait, within reason, for what is in flight, so that no other relay has to send it again."""
        deadline = time.monotonic() + 10
        while self._flights and time.monotonic() < deadline:
            await self._until_landing(0.4)
            await self._reap()

    async def close(self) -> None:
        for flight in self._flights.values():
            flight.task.cancel()
        await self._producer.stop()
        for task in self._ending:
            task.cancel()

    async def _read(self, topics: Sequence[str]) -> "list[Record]":
        pairs = [
            (topic, lane)
            for topic in topics
            for lane in self._lanes.owned
            if (topic, lane) not in self._flights and not self._troubles.held((topic, lane))
        ]
        if not pairs:
            return []
        windows = [self._troubles.window(pair) for pair in pairs]
        return await self._connection.fetch(SQL["pending"], [t for t, _ in pairs], [n for _, n in pairs], windows)

    def _send(self, rows: "list[Record]") -> None:
        batches: dict[Pair, tuple[Batch, list[int]]] = {}
        full: set[Pair] = set()
        for row in rows:
            pair = (row["topic"], row["lane"])
            if pair in full:
                continue
            batch, seqs = batches.setdefault(pair, (self._producer.batch(), []))
            if batch.add(row["key"].encode(), row["payload"], wire.headers(dict(row), self._source)):
                seqs.append(row["seq"])
            else:
                full.add(pair)
        for pair, (batch, seqs) in batches.items():
            self._launch(pair, batch, seqs)

    def _launch(self, pair: Pair, batch: Batch, seqs: list[int]) -> None:
        topic, lane = pair
        task = asyncio.create_task(self._producer.send(self._prefix + topic, lane, batch))
        task.add_done_callback(lambda _: self._wake.set())
        self._flights[pair] = Flight(pair, seqs, self._producer, task, time.monotonic())

    async def _until_landing_or_wake(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    async def _until_landing(self, seconds: float) -> None:
        await asyncio.wait([f.task for f in self._flights.values()], timeout=seconds)

    async def _sleep(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), self._poll)
            self._poll = POLL_FIRST
        except TimeoutError:
            self._poll = min(self._poll * 2, POLL_LAST)

    async def _reap(self) -> None:
        landed = [f for f in self._flights.values() if f.task.done()]
        lost = [f for f in self._flights.values() if not f.task.done() and time.monotonic() - f.started > NO_ACK]
        for flight in (*landed, *lost):
            del self._flights[flight.pair]
        acknowledged = [f for f in landed if f.task.exception() is None]
        await self._delete(acknowledged)
        for flight in landed:
            error = flight.task.exception()
            if error is not None:
                await self._refused(flight, error)
        for flight in lost:
            flight.task.cancel()
            self._hold(flight, "no_ack")
        if any(f.producer is self._producer for f in (*landed, *lost) if f not in acknowledged):
            await self._replace_producer()

    async def _delete(self, flights: list[Flight]) -> None:
        if not flights:
            return
        rows = [(f.pair[0], f.pair[1], seq) for f in flights for seq in f.seqs]
        await self._connection.execute(SQL["delete"], [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])
        for flight in flights:
            metrics.EVENTS_SENT.labels(flight.pair[0]).inc(len(flight.seqs))
            metrics.RELAY_WAVE.observe(time.monotonic() - flight.started)
            self._troubles.recover(flight.pair)

    async def _refused(self, flight: Flight, error: BaseException) -> None:
        """Narrow the window until one record is refused twice, then park it; otherwise hold the pair."""
        if not isinstance(error, BatchRefused):
            raise error
        metrics.SEND_REFUSALS.labels(flight.pair[0], error.reason).inc()
        get_logger().warning("batch_refused", topic=flight.pair[0], lane=flight.pair[1], reason=error.reason)
        if not error.of_record:
            self._hold(flight, error.reason)
            return
        if self._troubles.narrow(flight.pair, len(flight.seqs)):
            await self._park(flight, error.reason)

    async def _park(self, flight: Flight, reason: str) -> None:
        topic, lane = flight.pair
        await self._connection.execute(SQL["park"], topic, lane, flight.seqs[0], reason)
        metrics.EVENTS_PARKED.labels(topic).inc()
        get_logger().error("event_parked", topic=topic, lane=lane, seq=flight.seqs[0], reason=reason)
        self._troubles.forget(flight.pair)

    def _hold(self, flight: Flight, reason: str) -> None:
        self._troubles.hold(flight.pair)
        get_logger().warning("lane_held", topic=flight.pair[0], lane=flight.pair[1], reason=reason)

    async def _replace_producer(self) -> None:
        """A refused batch leaves its producer out of sequence on that partition: never send through it again."""
        metrics.PRODUCERS_REPLACED.inc()
        old, self._producer = self._producer, Producer(self._producer.bootstrap)
        ending = asyncio.create_task(old.stop())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        await _keep_awake(self._connection, self._producer.start())

    async def _measure(self) -> None:
        row = await self._connection.fetchrow(SQL["depth"])
        if row is not None:
            metrics.OUTBOX_DEPTH.set(row["depth"])
            metrics.OUTBOX_AGE.set(row["oldest_seconds"])
