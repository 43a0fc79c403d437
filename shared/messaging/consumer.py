"""The FastStream subscriber that feeds the inbox; offsets follow committed work and never lead it.

FastStream logs an exception of a subscriber function and polls on, and the next commit would pass over the lost
batch: so nothing is ever raised here. Infrastructure errors are waited out; anything unknown ends the process.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.security import BaseSecurity, SASLScram512

from shared.messaging import retries, streams, undecodable, wire
from shared.messaging.cluster import Cluster
from shared.messaging.endings import ended
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import commit, lag, offsets_after, reachable
from shared.messaging.progress import Progress
from shared.messaging.wire import Event, Undecodable
from shared.observability import metrics
from shared.observability.logs import get_logger, where
from shared.postgres.database import INFRASTRUCTURE, UNAVAILABLE

if TYPE_CHECKING:
    from shared.postgres.database import Connection

Seen: TypeAlias = Callable[[datetime], Awaitable[None]]

COMMIT_EVERY = 0.5
LOOK_EVERY = 5.0
DRAIN_SECONDS = 10.0
MOST = 500
STUCK = 70
"""Exit code of a process that is to be started afresh."""

_NEXT_LOOK = 2.0


class Consumer:
    """One member of a service's consumer group."""

    def __init__(
        self,
        inbox: Inbox,
        cluster: Cluster,
        *,
        topics: Sequence[str],
        seen: Seen,
        fetch_wait_ms: int,
        prefix: str = "",
    ) -> None:
        """`topics` are logical names; `prefix` stands before them, and before the group, on the cluster.

        `seen` is told the highest `ce_time` of every applied batch. `fetch_wait_ms`: how long a question may lie at the
        broker when there is nothing new; what was consumed meanwhile is not asked for before it is answered.
        """
        self._inbox = inbox
        self._cluster = cluster
        self._prefix = prefix
        self._offsets: dict[Any, int] = {}
        self._stopping = False
        self._applied_at = self._asked_at = time.time()
        self.deaf = False
        """Whether Kafka does not answer the member, or lets it in no more."""
        self._busy = asyncio.Lock()
        self._seen = seen
        self._progress = Progress()
        self.withheld: streams.Reason | None = None
        """Why nothing is read for now: the database was set back, and its streams are to be reconciled first."""
        self._broker = KafkaBroker(
            cluster.bootstrap.split(","),
            security=_security(cluster),
            apply_types=False,
            graceful_timeout=5,
            allow_auto_create_topics=False,
            logger=logging.getLogger("faststream"),
            log_level=logging.DEBUG,
        )
        self._subscriber = self._subscribe(topics, fetch_wait_ms)
        self._subscriber(self._receive)

    def _subscribe(self, topics: Sequence[str], fetch_wait_ms: int) -> Any:
        return self._broker.subscriber(
            *(self._prefix + t for t in topics),
            batch=True,
            group_id=self._prefix + self._inbox.consumer,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=3_000,
            rebalance_timeout_ms=30_000,
            max_records=MOST,
            fetch_max_wait_ms=fetch_wait_ms,
            ack_policy=AckPolicy.MANUAL,
            parser=self._parse,
            decoder=_raw_records,
            no_reply=True,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`; then finish the batch in hand and commit its offsets."""
        await self._await_reconciled(stop)
        await self._await_kafka(stop)
        starting, stopped = asyncio.create_task(self._broker.start()), asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                await self._consume(starting, stopped)
        finally:
            await self._end(starting, stopped)

    async def _consume(self, started: "asyncio.Task[None]", stopped: "asyncio.Task[bool]") -> None:
        await started
        beside = [asyncio.create_task(self._commit_regularly()), asyncio.create_task(self._look_regularly())]
        await asyncio.wait((*beside, stopped), return_when=asyncio.FIRST_COMPLETED)
        self._stopping = True
        for task in beside:
            if task.done():
                task.result()
            task.cancel()
        with contextlib.suppress(TimeoutError):
            await self._drain()

    async def _end(self, *tasks: "asyncio.Task[Any]") -> None:
        """A member that is still joining its group waits for nobody: joining can take a whole session timeout."""
        self._stopping = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await ended(self._broker.stop, seconds=DRAIN_SECONDS)

    async def _await_reconciled(self, stop: asyncio.Event) -> None:
        """The group's offsets are ahead of the cursors of a database that was set back, until they are reset too."""
        while not stop.is_set():
            with contextlib.suppress(*UNAVAILABLE):
                self.withheld = await self._inbox.db.read(streams.withheld)
                if self.withheld is None:
                    self._inbox.db.greet(_end_if_set_back)
                    return
            get_logger().error("consumer_waits", cause=f"the database is {self.withheld or 'away'}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _NEXT_LOOK)

    async def _await_kafka(self, stop: asyncio.Event) -> None:
        while not stop.is_set() and not await reachable(self._cluster):
            get_logger().warning("consumer_waits", cause="no Kafka")
            await asyncio.sleep(1)

    async def _drain(self) -> None:
        async with asyncio.timeout(DRAIN_SECONDS), self._busy:
            await self._commit()

    async def _parse(self, records: Any) -> Any:
        """One argument: replaces FastStream's parser, which decodes headers and can fail on a bad one."""
        return KafkaAckableMessage(body=b"", raw_message=records, consumer=self._subscriber.consumer)

    async def _receive(self, records: Any) -> None:
        self._progress.note()
        async with self._busy:
            if self._stopping:
                return
            try:
                applied = await self._until_applied(records)
            except BaseException as error:  # nothing unknown may reach FastStream, a cancellation neither
                if self._stopping:
                    raise
                get_logger().critical("consumer_ends", cause=where(error))
                os._exit(STUCK)
            if applied:
                self._offsets.update(offsets_after(records))
                self._applied_at = max(r.timestamp for r in records) / 1000

    async def _until_applied(self, records: Sequence[Any]) -> bool:
        """Apply the records, waiting out whatever is away; False when told to stop before that."""
        decoded = [wire.decode(r, r.topic.removeprefix(self._prefix)) for r in records]
        attempt = 0
        while not self._stopping:
            try:
                await self._apply(decoded)
            except INFRASTRUCTURE as error:
                get_logger().warning("consumer_waits", cause=where(error))
                await asyncio.sleep(retries.pause_in_place(attempt))
                attempt += 1
            else:
                return True
        return False

    async def _apply(self, decoded: Sequence[Event | Undecodable]) -> None:
        events = [d for d in decoded if isinstance(d, Event)]
        broken = [d for d in decoded if isinstance(d, Undecodable)]
        await self._inbox.apply(events)
        if broken:
            await self._inbox.db.run(undecodable.dead_letter, self._inbox.consumer, broken)
        if events:
            await self._seen(max(e.envelope.time for e in events))

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_EVERY)
            await self._commit()

    async def _look_regularly(self) -> None:
        """Tell how far behind this member is, and end the process when it is stuck for no reason."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            behind, busy = await lag(self._subscriber.consumer), self._busy.locked()
            self.note_lag(behind, busy=busy, now=time.time())
            if self._progress.stalled(behind, busy=busy, now=time.monotonic()):
                get_logger().critical("consumer_stalled", behind=behind)
                os._exit(STUCK)

    def note_lag(self, behind: int | None, *, busy: bool, now: float) -> None:
        """Where Kafka cannot be asked any more nothing is read either, and the lag grows from when it last could."""
        name = self._inbox.consumer
        if behind is None:
            get_logger().warning("consumer_waits", cause="Kafka answers nothing")
        else:
            self._asked_at = now
            metrics.CONSUMER_LAG.labels(name).set(behind)
        since = self._asked_at if behind is None else self._applied_at if behind or busy else now
        metrics.CONSUMER_LAG_SECONDS.labels(name).set(now - since)
        self.deaf = behind is None

    async def _commit(self) -> None:
        """Commit what was applied; a failure only means that someone else owns the partition now."""
        offsets, self._offsets = self._offsets, {}
        if offsets and not await commit(self._subscriber.consumer, offsets):
            get_logger().info("offsets_not_committed")


def _security(cluster: Cluster) -> BaseSecurity:
    trust = cluster.trust()
    if cluster.login is None:
        return BaseSecurity(ssl_context=trust, use_ssl=trust is not None)
    return SASLScram512(cluster.login.user, cluster.login.password, ssl_context=trust, use_ssl=trust is not None)


async def _end_if_set_back(connection: "Connection") -> None:
    """A member keeps its place in memory, where no restore reaches it: the process is to start afresh."""
    if reason := await streams.withheld(connection):
        get_logger().critical("consumer_ends", cause=f"the database is {reason}")
        os._exit(STUCK)


async def _raw_records(message: Any) -> Any:
    return list(message.raw_message)
