"""The relay: whatever row stands in the outbox is still to be sent; there is no cursor.

Per topic-partition one record batch is in flight; after its acknowledgement exactly its rows are deleted and the
partition is read again, with no barrier between partitions. `outbox_publisher.py` does the work; here it is kept alive.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import asyncpg

from shared.messaging import streams
from shared.messaging.cluster import Cluster
from shared.messaging.figures import Figures
from shared.messaging.in_flight import ProducerPort
from shared.messaging.kafka import KafkaUnavailable
from shared.messaging.outbox_publisher import OutboxPublisher
from shared.messaging.producer import Producer
from shared.observability import metrics
from shared.observability.logs import get_logger, where
from shared.postgres.database import UNAVAILABLE
from shared.postgres.limits import BY_INDEX

if TYPE_CHECKING:
    from shared.postgres.database import Connection

_NEXT_SESSION = 0.5
_NEXT_LOOK = 2.0
_NEXT_TRY = 5.0
"""Where Postgres answers and refuses, an outage of seconds is not to be expected."""


_FROZEN_SECONDS = 5
"""A relay that says nothing for so long, or reads nothing of what was sent to it, has lost its lanes."""

_LONGEST_SECONDS = 6
"""And so has one that froze while Postgres waits for the rest of a statement: that is neither idle nor unread."""


class Relay:
    """Moves a service's outbox to Kafka until told to stop."""

    def __init__(
        self,
        dsn: str,
        cluster: Cluster,
        *,
        source: str,
        public_url: str,
        topics: Sequence[str],
        prefix: str = "",
        new_producer: Callable[[Cluster], ProducerPort] = Producer,
    ) -> None:
        """`topics` are the logical names the service writes; `prefix` is put before them on the cluster.

        By `source` and `public_url` records say where they come from, and where their schemas are.
        `new_producer` makes a producer for that cluster.
        """
        self._dsn = dsn
        self._new_publisher = partial(
            OutboxPublisher,
            new_producer=partial(new_producer, cluster),
            topics=tuple(topics),
            source=source,
            public_url=public_url,
            prefix=prefix,
        )
        self._figures = Figures(dsn, tuple(topics))
        self._wake = asyncio.Event()
        self._stopping = False
        self.withheld: streams.Reason | None = None
        """Why nothing is published for now: the database was set back, and its streams are to be reconciled first."""

    def stop(self) -> None:
        """Finish what is in flight, give the lanes back, end."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Keep a publisher alive until `stop`; Postgres or Kafka away, or in no state for it, makes it wait."""
        measuring = asyncio.create_task(self._figures.run())
        try:
            await self._run()
        finally:
            measuring.cancel()
            await asyncio.wait((measuring,))

    async def _run(self) -> None:
        while not self._stopping:
            try:
                await self._relay()
            except (*UNAVAILABLE, KafkaUnavailable) as error:
                get_logger().warning("relay_waits", cause=where(error))
                await self._pause()
            except asyncpg.PostgresError as error:
                get_logger().error("relay_waits", cause=where(error))
                await self._pause(_NEXT_TRY)

    async def _relay(self) -> None:
        connection = await connect(self._dsn)
        try:
            self._heed(await streams.withheld(connection))
            if self.withheld is None:
                await _demand_writable(connection)
                await self._relay_through(connection)
        finally:
            connection.terminate()
        if self.withheld is not None:
            await self._pause(_NEXT_LOOK)

    async def _relay_through(self, connection: "Connection") -> None:
        publisher = self._new_publisher(connection, wake=self._wake)
        try:
            await publisher.begin()
            while not self._stopping:
                await publisher.step()
            await publisher.finish()
        finally:
            connection.terminate()
            await publisher.close()

    def _heed(self, withheld: streams.Reason | None) -> None:
        """Asked once a session: a database is set back under no living connection."""
        if withheld != self.withheld:
            get_logger().error("relay_withheld" if withheld else "relay_resumes", reason=withheld or self.withheld)
        self.withheld = withheld
        metrics.RELAY_WITHHELD.set(withheld is not None)

    async def _pause(self, seconds: float = _NEXT_SESSION) -> None:
        self._wake.clear()
        if not self._stopping:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), seconds)


async def _demand_writable(connection: "Connection") -> None:
    """What was sent could not be deleted, and would be sent again and again."""
    if await connection.fetchval("show transaction_read_only") == "on":
        raise asyncpg.ReadOnlySQLTransactionError


async def connect(dsn: str) -> "Connection":
    """The dedicated connection; the server ends it soon after its owner stops speaking or reading."""
    return await asyncpg.connect(
        dsn,
        timeout=5,
        command_timeout=10,
        server_settings={
            **BY_INDEX,
            "transaction_timeout": f"{_LONGEST_SECONDS}s",
            "application_name": "relay",
            "timezone": "UTC",
            "idle_session_timeout": f"{_FROZEN_SECONDS}s",
            "tcp_user_timeout": f"{_FROZEN_SECONDS}s",
        },
    )
