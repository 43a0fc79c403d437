"""Periods are closed: what was counted is frozen, and only what nobody can be known by is disclosed of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.postgres.database import Database, Transaction
from shared.postgres.queries import Queries
from shared.reports.revisions import changed, newest, next_revision
from shared.reports.snapshots import Counted, Snapshot, Store

SQL = Queries(__file__)

P = TypeVar("P")
C = TypeVar("C", bound=Counted)
S = TypeVar("S", bound=Snapshot)
L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Due(Generic[C, S]):
    """What is to be published: closed periods that have no snapshot or count otherwise by now, and what there is."""

    counted: Sequence[C]
    published: Sequence[S]


@dataclass(frozen=True, slots=True)
class Releases(Generic[P, C, S, L]):
    """How a service publishes. A release is at most once a month: all periods that are due, with one moment.

    `count` counts every period that is over, in one transaction; `hidden_lines` decides what is not disclosed of those
    that are due, beside all that was published before.
    """

    name: str
    store: Store[P, S]
    newest_closed: Callable[[datetime], P]
    count: Callable[[Transaction, datetime], Awaitable[Sequence[C]]]
    hidden_lines: Callable[[Sequence[C], Sequence[S]], Mapping[Any, frozenset[L]]]
    snapshot: Callable[[C, frozenset[L], int, datetime], S]

    async def publish_due(self, db: Database, now: datetime) -> int:
        """Close what is over by now; how many snapshots that made.

        Deciding takes up to seconds, so it is done beside any transaction: who comes second finds the month published,
        or decides once more beside what somebody published who had begun before that month was over.
        """
        made = 0
        while not made and not await db.read(self._is_published, now):
            due = await db.run(self.count_due, now)
            if not due.counted:
                break
            release = await asyncio.to_thread(self.decide, due, now)
            made = await db.run(self._publish, release, due)
        return made

    async def count_due(self, tx: Transaction, now: datetime) -> Due[C, S]:
        """The periods to publish, all counted at one moment; nothing while the newest is published already."""
        await tx.execute(SQL["one_moment"])
        if await self._is_published(tx, now):
            return Due((), ())
        counted = await self.count(tx, now)
        published = await self.store.every(tx) if counted else ()
        return Due(changed(counted, newest(published)), published)

    def decide(self, due: Due[C, S], now: datetime) -> list[S]:
        """The next revision of each period that is due."""
        known, hidden = newest(due.published), self.hidden_lines(due.counted, due.published)
        return [
            self.snapshot(counted, hidden[counted.period], next_revision(known.get(counted.period)), now)
            for counted in due.counted
        ]

    async def one_at_a_time(self, tx: Transaction) -> None:
        """Until the transaction ends nobody else publishes."""
        await tx.execute(SQL["one_at_a_time"], self.name)

    async def _is_published(self, tx: Transaction, now: datetime) -> bool:
        return await self.store.has_closed(tx, self.newest_closed(now))

    async def _publish(self, tx: Transaction, release: Sequence[S], due: Due[C, S]) -> int:
        """Nothing when somebody has published since the release was decided."""
        await self.one_at_a_time(tx)
        if await self.store.count(tx) > len(due.published):
            return 0
        await self.store.insert(tx, release)
        return len(release)
