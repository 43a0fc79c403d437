"""What is published of the reach: whole months, quarters and financial years."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from services.enrolment.reporting import events
from services.enrolment.reporting.commands.reach_disclosure import hidden_lines
from services.enrolment.reporting.domain.closed_periods import (
    PeriodNotClosed,
    PeriodNotPublished,
    closed_periods,
    financial_year,
    kind_of,
    newest_closed,
)
from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Dimension, LineName, Reach
from services.enrolment.reporting.domain.reach_audiences import Profile, Public
from services.enrolment.reporting.domain.reach_reports import ReachReport, published
from services.enrolment.reporting.domain.snapshots import Snapshot
from services.enrolment.reporting.store import reach, snapshots
from shared.contracts.enrolment.activity import ReachSnapshotPublished
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.reports.published import Published
from shared.reports.releases import Releases
from shared.whose import EVERYONE

ANNOUNCED: tuple[Dimension, ...] = ("system", "role_group", "gender", "ethnicity", "programme")


async def count_closed(tx: Transaction, now: datetime) -> list[Reach]:
    """Every period that is over, from the financial year on in which the first cohort was opened."""
    since = await snapshots.first_opened(tx)
    closed = closed_periods(day_of(since), now) if since and since <= now else []
    return await reach.count(tx, closed, EVERYONE) if closed else []


def hidden_by_year(counted: Sequence[Reach], before: Sequence[Snapshot]) -> dict[Period, frozenset[LineName]]:
    """Financial years are told apart: no period of one is part of another."""
    hidden: dict[Period, frozenset[LineName]] = {}
    for year, of_year in groupby(counted, key=_year):
        hidden |= hidden_lines(list(of_year), [snapshot for snapshot in before if _year(snapshot) == year])
    return hidden


RELEASES = Releases(
    name="reach_snapshot",
    store=snapshots,
    newest_closed=newest_closed,
    count=count_closed,
    hidden_lines=hidden_by_year,
    snapshot=Snapshot,
)
_PUBLISHED = Published(snapshots, "period", PeriodNotPublished, PeriodNotClosed)


async def published_report(tx: Transaction, period: Period, *, profile: Profile, revision: int | None) -> ReachReport:
    """The report anyone may read; PeriodNotPublished or PeriodNotClosed where there is none."""
    return published(await _find(tx, period, revision), profile)


async def announce(tx: Transaction, period: Period, *, profile: Profile, now: datetime) -> ReachSnapshotPublished:
    """Tell those who keep the figures what is published of the period."""
    snapshot = await _find(tx, period, None)
    report, public = published(snapshot, profile), Public(snapshot, profile)
    cells = {dimension: public.breakdown(dimension) for dimension in ANNOUNCED}
    event = events.reach_snapshot(report, cells, profile=profile, at=now)
    outbox.append(tx, event, at=now)
    return event


async def _find(tx: Transaction, period: Period, revision: int | None) -> Snapshot:
    kind_of(period)
    return await _PUBLISHED.find(tx, period, revision, first=period.first)


def _year(of: Reach | Snapshot) -> Period:
    return financial_year(of.period.first)
