"""Lanes: a key's lane is its Kafka partition, and one relay at a time owns a lane.

Ownership is a Postgres advisory lock held by the relay's one dedicated connection, so a dead or frozen owner
loses it with its connection.
"""

import random
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from shared.contracts.topics import PARTITIONS
from shared.messaging.kafka import murmur2
from shared.observability import metrics
from shared.observability.logs import get_logger
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Connection

Hear: TypeAlias = Callable[[Any, int, str, object], None]
Look: TypeAlias = Callable[[int, Collection[str]], None]

SQL = Queries(__file__)
NAMESPACE = 77_001
PRESENCE = 999
"""The advisory lock every live relay shares: its holders are the relays there are."""


def lane_of(key: str) -> int:
    """The lane and partition of a key, as Kafka's Java clients compute it."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % PARTITIONS


def channel_of(lane: int) -> str:
    """The Postgres channel on which a lane's relay is woken: it hears of its own lanes only."""
    return f"outbox_{lane}"


def fair_share(me: int, relays: Collection[int]) -> int:
    """How many lanes relay `me` is to own among all `relays`: all lanes shared out, none two more than another."""
    rank = sorted(relays).index(me)
    each, left = divmod(PARTITIONS, len(relays))
    return each + (rank < left)


@dataclass(frozen=True, slots=True)
class _Holdings:
    """Who holds what, as Postgres sees it."""

    me: int
    relays: frozenset[int]
    taken: frozenset[int]
    writers: frozenset[str]
    last: int


class Lanes:
    """The lanes this relay owns, and the taking and giving of its fair share."""

    def __init__(self, connection: "Connection", hear: Hear, look: Look) -> None:
        """`hear` is called when an event is committed to an owned lane, `look` with what `Marks.look` wants to hear."""
        self._connection = connection
        self._hear = hear
        self._look = look
        self._leaving: set[int] = set()
        self.owned: set[int] = set()

    @property
    def open(self) -> set[int]:
        """Owned lanes from which more may be sent."""
        return self.owned - self._leaving

    async def announce(self) -> None:
        """Count as a live relay from now on."""
        rows = await self._connection.fetch(SQL["announce"], NAMESPACE, PRESENCE)
        self._look(rows[0]["last"], ())

    async def share(self, busy: Collection[int]) -> None:
        """Close lanes above the fair share, and take free ones up to it; `busy` lanes have something in flight."""
        holdings = await self._holdings()
        self._look(holdings.last, holdings.writers)
        fair = fair_share(holdings.me, holdings.relays)
        surplus = max(0, len(self.owned) - fair)
        self._leaving = set(sorted(self.owned, key=lambda lane: lane in busy)[:surplus])
        await self.leave(busy)
        free = [lane for lane in range(PARTITIONS) if lane not in holdings.taken | self.owned]
        random.shuffle(free)
        await self._take(free[: max(0, fair - len(self.owned))])
        metrics.LANES_OWNED.set(len(self.owned))

    async def leave(self, busy: Collection[int]) -> None:
        """Give up those closed lanes of which nothing is in flight any more."""
        idle = self._leaving.difference(busy)
        if idle:
            await self._give(idle)

    async def _holdings(self) -> _Holdings:
        rows = await self._connection.fetch(SQL["held"], NAMESPACE)
        return _Holdings(
            me=rows[0]["me"],
            relays=frozenset(r["pid"] for r in rows if r["lane"] == PRESENCE),
            taken=frozenset(r["lane"] for r in rows if r["lane"] not in {None, PRESENCE}),
            writers=frozenset(r["transaction"] for r in rows if r["lane"] is None),
            last=rows[0]["last"],
        )

    async def _take(self, lanes: Iterable[int]) -> None:
        rows = await self._connection.fetch(SQL["take"], NAMESPACE, list(lanes)) if lanes else []
        taken = [row["lane"] for row in rows if row["taken"]]
        for lane in taken:
            await self._connection.add_listener(channel_of(lane), self._hear)
            self.owned.add(lane)
        if taken:
            get_logger().info("lanes_taken", lanes=sorted(taken), owned=len(self.owned))

    async def _give(self, lanes: Collection[int]) -> None:
        for lane in lanes:
            self.owned.discard(lane)
            self._leaving.discard(lane)
            await self._connection.remove_listener(channel_of(lane), self._hear)
        await self._connection.execute(SQL["give"], NAMESPACE, list(lanes))
        get_logger().info("lanes_given", lanes=sorted(lanes), owned=len(self.owned))
