from collections.abc import Mapping
from datetime import date, datetime

from services.talent import events
from services.talent.domain.pools import DIMENSIONS, AsAt, Cell, Dimension, Pools, PoolTable, Snapshots
from services.talent.store import codes, pools
from shared.disclosure import disclose
from shared.messaging import outbox
from shared.postgres.database import Transaction


async def count_exactly(
    tx: Transaction, as_at: AsAt, *, systems: list[str] | None, caller: str, now: datetime
) -> PoolTable:
    """Unrounded counts, for those who plan with them; noted who read which."""
    await pools.audit(tx, as_at, systems=systems, caller=caller, at=now)
    counted = await pools.count(tx, as_at, systems=systems)
    margins: dict[Dimension, Mapping[str, int | None]] = {d: counted.by(d) for d in DIMENSIONS}
    return PoolTable(as_at, counted.people, counted.cells, margins)


async def count_for_all(tx: Transaction, as_at: AsAt) -> PoolTable:
    """The region's pools as anyone may read them."""
    counted = await pools.count(tx, as_at, systems=None)
    margins: dict[Dimension, Mapping[str, int | None]] = {d: disclose(counted.by(d)) for d in DIMENSIONS}
    return PoolTable(as_at, counted.people, _disclosed(counted), margins)


async def publish_snapshots(tx: Transaction, day: date, *, now: datetime) -> Snapshots:
    """Announce each system's pools after disclosure control, also those nobody is in."""
    as_at = AsAt.asked(day, None, now=now)
    counted = await pools.count(tx, as_at, systems=None)
    systems = await codes.systems(tx, day)
    for system in systems:
        cells = disclose(counted.of_system(system))
        outbox.append(tx, events.pool_snapshot_published(system, cells, as_at=day, at=now), at=now)
    return Snapshots(as_at.day, as_at.known_at, tuple(systems))


def _disclosed(counted: Pools) -> dict[Cell, int | None]:
    """The cells of one system are one breakdown: the same ones its snapshot announces."""
    cells: dict[Cell, int | None] = {}
    for system in counted.by("system"):
        cells |= disclose(counted.of_system(system))
    return cells
