"""What is published of the pools: as they stood at the end of each month."""

from datetime import date, datetime

from services.talent.pools.store import codes
from services.talent.reporting import events
from services.talent.reporting.commands.pool_disclosure import hidden_lines
from services.talent.reporting.domain.closed_months import (
    DayNotPublished,
    MonthNotClosed,
    closed_months,
    month_before,
    must_be_a_month_end,
)
from services.talent.reporting.domain.pools import Announced, AsAt, Pools, PoolTable
from services.talent.reporting.domain.snapshots import Snapshot
from services.talent.reporting.store import pools, snapshots
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.reports.published import Published
from shared.reports.releases import Releases
from shared.whose import EVERYONE


async def count_closed(tx: Transaction, now: datetime) -> list[Pools]:
    """Every month that is over, from the one on in which the first assessment was recorded."""
    since = await snapshots.first_recorded(tx)
    closed = closed_months(day_of(since), now) if since else []
    return [await pools.count(tx, AsAt(day, now), EVERYONE) for day in closed]


def _newest_closed(now: datetime) -> date:
    return month_before(day_of(now))


RELEASES = Releases(
    name="pool_snapshot",
    store=snapshots,
    newest_closed=_newest_closed,
    count=count_closed,
    hidden_lines=hidden_lines,
    snapshot=Snapshot,
)
_PUBLISHED = Published(snapshots, "month", DayNotPublished, MonthNotClosed)


async def count_for_all(tx: Transaction, day: date | None, *, revision: int | None) -> PoolTable:
    """The region's pools as anyone may read them; of the newest month where no day is given."""
    return (await _find(tx, day, revision)).disclosed()


async def announce(tx: Transaction, day: date, *, now: datetime) -> Announced:
    """Tell those who keep the figures what is published of each system, also of those nobody is in, and of all."""
    snapshot = await _find(tx, day, None)
    systems = await codes.systems(tx, day)
    outbox.append(tx, events.region_snapshot(snapshot, at=now), at=now)
    for system in systems:
        outbox.append(tx, events.system_snapshot(snapshot, system, at=now), at=now)
    return Announced(day, snapshot.published_at, snapshot.revision, tuple(systems))


async def _find(tx: Transaction, day: date | None, revision: int | None) -> Snapshot:
    if day:
        must_be_a_month_end(day)
    return await _PUBLISHED.find(tx, day, revision, first=day)
