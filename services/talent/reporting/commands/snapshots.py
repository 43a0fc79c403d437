"""Months are closed: what was counted is frozen, and only what nobody can be known by is printed of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.talent.pools.store import codes
from services.talent.reporting import events
from services.talent.reporting.commands.pool_disclosure import hidden_lines
from services.talent.reporting.domain.closed_months import (
    DayNotPublished,
    MonthNotClosed,
    RevisionNotPublished,
    closed_months,
    month_before,
    must_be_a_month_end,
)
from services.talent.reporting.domain.pools import Announced, AsAt, Pools, PoolTable
from services.talent.reporting.domain.snapshots import Snapshot, changed, newest
from services.talent.reporting.store import pools, snapshots
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Database, Transaction
from shared.whose import EVERYONE


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be published: closed months that have no snapshot or count otherwise by now, and what there is."""

    counted: Sequence[Pools]
    published: Sequence[Snapshot]


async def publish_due(db: Database, now: datetime) -> int:
    """Close what is over by now; how many snapshots that made. Published is at most once a month, all of it at once.

    Deciding takes up to seconds, so it is done beside any transaction: who comes second finds the month published.
    """
    if await db.read(_is_published, now):
        return 0
    due = await db.run(count_due, now)
    if not due.counted:
        return 0
    release = await asyncio.to_thread(decide, due, now)
    return await db.run(_publish, release, due)


async def count_due(tx: Transaction, now: datetime) -> Due:
    """The months to publish, all counted at one moment; nothing while the newest is published already."""
    await snapshots.read_as_of_one_moment(tx)
    if await _is_published(tx, now):
        return Due((), ())
    since = await snapshots.first_recorded(tx)
    closed = closed_months(day_of(since), now) if since else []
    counted = [await pools.count(tx, AsAt(day, now), EVERYONE) for day in closed]
    there = await snapshots.every(tx) if closed else []
    return Due(changed(counted, newest(there)), there)


async def _is_published(tx: Transaction, now: datetime) -> bool:
    return await snapshots.has_closed(tx, month_before(day_of(now)))


async def count_for_all(tx: Transaction, day: date | None, *, revision: int | None) -> PoolTable:
    """The region's pools as anyone may read them; of the newest month where no day is given."""
    return (await _find(tx, day, revision)).printed()


async def announce(tx: Transaction, day: date, *, now: datetime) -> Announced:
    """Tell those who keep the figures what is published of each system, also of those nobody is in, and of all."""
    snapshot = await _find(tx, day, None)
    systems = await codes.systems(tx, day)
    outbox.append(tx, events.region_snapshot(snapshot, at=now), at=now)
    for system in systems:
        outbox.append(tx, events.system_snapshot(snapshot, system, at=now), at=now)
    return Announced(day, snapshot.published_at, snapshot.revision, tuple(systems))


def decide(due: Due, now: datetime) -> list[Snapshot]:
    """The next revision of each month that is new, or that counts otherwise by now."""
    known, counted = newest(due.published), {pools.as_at.day: pools for pools in due.counted}
    return [
        Snapshot(counted[day], hidden, known[day].revision + 1 if day in known else 1, now)
        for day, hidden in hidden_lines(due.counted, due.published).items()
    ]


async def _publish(tx: Transaction, release: Sequence[Snapshot], due: Due) -> int:
    await snapshots.one_release_at_a_time(tx)
    if await snapshots.count(tx) > len(due.published):
        return 0
    await snapshots.insert(tx, release)
    return len(release)


async def _find(tx: Transaction, day: date | None, revision: int | None) -> Snapshot:
    if day:
        must_be_a_month_end(day)
    snapshot = await snapshots.find(tx, day, revision)
    if snapshot is None:
        await _must_be_published(tx, day)
        raise RevisionNotPublished(f"of that month there is no revision {revision}")
    return snapshot


async def _must_be_published(tx: Transaction, day: date | None) -> None:
    first = await snapshots.first_published(tx)
    if first and day and day < first:
        raise DayNotPublished(f"published figures begin with {first}")
    if await snapshots.find(tx, day, None) is None:
        raise MonthNotClosed("the month is not over, or its figures are still being put together")
