"""Lanes: a key's lane is its Kafka partition, and one relay at a time owns a lane.

Ownership is a Postgres advisory lock held by the relay's one dedicated connection, so a dead or frozen owner
loses it with its connection.
"""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from shared.contracts.topics import PARTITIONS
from shared.messaging.kafka import murmur2
from shared.observability import metrics

if TYPE_CHECKING:
    from shared.postgres.database import Connection

Hear: TypeAlias = Callable[[Any, int, str, object], None]

NAMESPACE = 77_001
PRESENCE = 999
"""The advisory lock every live relay shares: its holders are counted for the fair share."""

_HELD = """
select objid::int as lane from pg_locks
where locktype = 'advisory' and classid = $1::int4::oid and granted
  and database = (select oid from pg_database where datname = current_database())
"""


def lane_of(key: str) -> int:
    """The lane and partition of a key, as Kafka's Java clients compute it."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % PARTITIONS


class Lanes:
    """The lanes this relay owns, and the taking and giving of its fair share."""

    def __init__(self, connection: "Connection", hear: Hear) -> None:
        """`hear` is called when an event is committed to an owned lane."""
        self._connection = connection
        self._hear = hear
        self.owned: set[int] = set()

    async def announce(self) -> None:
        """Count as a live relay from now on."""
        await self._connection.execute("select pg_advisory_lock_shared($1, $2)", NAMESPACE, PRESENCE)

    async def share(self, busy: set[int]) -> None:
        """Give up lanes above the fair share that have nothing in flight; take free ones up to it."""
        held = [row["lane"] for row in await self._connection.fetch(_HELD, NAMESPACE)]
        relays = max(1, held.count(PRESENCE))
        fair = -(-PARTITIONS // relays)
        for lane in list(self.owned - busy)[: max(0, len(self.owned) - fair)]:
            await self._give(lane)
        free = [lane for lane in range(PARTITIONS) if lane not in held and lane not in self.owned]
        random.shuffle(free)
        for lane in free[: max(0, fair - len(self.owned))]:
            await self._take(lane)
        metrics.LANES_OWNED.set(len(self.owned))

    async def _take(self, lane: int) -> None:
        if await self._connection.fetchval("select pg_try_advisory_lock($1, $2)", NAMESPACE, lane):
            await self._connection.add_listener(f"outbox_{lane}", self._hear)
            self.owned.add(lane)

    async def _give(self, lane: int) -> None:
        self.owned.discard(lane)
        await self._connection.remove_listener(f"outbox_{lane}", self._hear)
        await self._connection.execute("select pg_advisory_unlock($1, $2)", NAMESPACE, lane)
