"""Periods are closed: what was counted is frozen, and only what nobody can be known by is printed of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from services.enrolment.reporting import events
from services.enrolment.reporting.commands.reach_disclosure import hidden_lines
from services.enrolment.reporting.domain.closed_periods import (
    PeriodNotClosed,
    PeriodNotPublished,
    RevisionNotPublished,
    closed_periods,
    financial_year,
    kind_of,
    newest_closed,
)
from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Dimension, Reach
from services.enrolment.reporting.domain.reach_audiences import Profile, Public
from services.enrolment.reporting.domain.reach_reports import ReachReport, published
from services.enrolment.reporting.domain.snapshots import Snapshot, changed, newest
from services.enrolment.reporting.store import reach, snapshots
from shared.contracts.enrolment.activity import ReachSnapshotPublished
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Database, Transaction
from shared.whose import EVERYONE

_ANNOUNCED: tuple[Dimension, ...] = ("system", "role_group", "gender", "ethnicity", "programme")


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be published: closed periods that have no snapshot or count otherwise by now, and what there is."""

    counted: Sequence[Reach]
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
    """The periods to publish, all counted at one moment; nothing while the newest month is published already."""
    await snapshots.read_as_of_one_moment(tx)
    since = await snapshots.first_opened(tx)
    closed = closed_periods(day_of(since), now) if since and since <= now else []
    if not closed or await _is_published(tx, now):
        return Due((), ())
    counted = {period: await reach.count(tx, period, EVERYONE) for period in closed}
    there = await snapshots.every(tx)
    return Due(changed(counted, newest(there)), there)


async def _is_published(tx: Transaction, now: datetime) -> bool:
    return await snapshots.has_closed(tx, newest_closed(now))


async def published_report(tx: Transaction, period: Period, *, profile: Profile, revision: int | None) -> ReachReport:
    """The report anyone may read; PeriodNotPublished or PeriodNotClosed where there is none."""
    return published(await _find(tx, period, revision), profile)


async def announce(tx: Transaction, period: Period, *, profile: Profile, now: datetime) -> ReachSnapshotPublished:
    """Tell those who keep the figures what is published of the period."""
    snapshot = await _find(tx, period, None)
    report, public = published(snapshot, profile), Public(snapshot, profile)
    cells = {dimension: public.breakdown(dimension) for dimension in _ANNOUNCED}
    event = events.reach_snapshot(report, cells, profile=profile, at=now)
    outbox.append(tx, event, at=now)
    return event


def decide(due: Due, now: datetime) -> list[Snapshot]:
    """Financial years are told apart: no period of one is part of another."""
    known = newest(due.published)
    release: list[Snapshot] = []
    for _, of_year in groupby(due.counted, key=_year):
        counted = list(of_year)
        before = [snapshot for snapshot in due.published if _year(snapshot.reach) == _year(counted[0])]
        hidden = hidden_lines(counted, before)
        for one in counted:
            revision = known[one.period].revision + 1 if one.period in known else 1
            release.append(Snapshot(one, hidden[one.period], revision, now))
    return release


async def _publish(tx: Transaction, release: Sequence[Snapshot], due: Due) -> int:
    await snapshots.one_release_at_a_time(tx)
    if await snapshots.count(tx) > len(due.published):
        return 0
    await snapshots.insert(tx, release)
    return len(release)


async def _find(tx: Transaction, period: Period, revision: int | None) -> Snapshot:
    kind_of(period)
    snapshot = await snapshots.find(tx, period, revision)
    if snapshot is None:
        await _must_be_published(tx, period)
        raise RevisionNotPublished(f"of that period there is no revision {revision}")
    return snapshot


async def _must_be_published(tx: Transaction, period: Period) -> None:
    first = await snapshots.first_published(tx)
    if first and period.first < first:
        raise PeriodNotPublished(f"published figures begin with {first}")
    if not await snapshots.has_closed(tx, period):
        raise PeriodNotClosed("the period is not over, or its figures are still being put together")


def _year(reach: Reach) -> Period:
    return financial_year(reach.period.first)
