"""What is announced of the pools."""

from collections.abc import Mapping
from datetime import datetime

from services.talent.reporting.domain.pools import Cell
from services.talent.reporting.domain.snapshots import Snapshot
from shared.contracts.talent.pools import PoolCell, PoolSnapshotPublished
from shared.disclosure.rules import ALL


def system_snapshot(snapshot: Snapshot, system: str, *, at: datetime) -> PoolSnapshotPublished:
    """One system's pools, as far as they are disclosed."""
    of_system = {cell: people for cell, people in snapshot.cells("system").items() if cell.system == system}
    cells = {cell.merged(): people for cell, people in of_system.items()}
    return _snapshot_published(snapshot, system, snapshot.of_system(system), cells, at)


def region_snapshot(snapshot: Snapshot, *, at: datetime) -> PoolSnapshotPublished:
    """The pools of all systems, as far as they are disclosed."""
    cells = snapshot.cells() | snapshot.cells("professional_group") | snapshot.cells("service_type")
    return _snapshot_published(snapshot, ALL, snapshot.people, cells, at)


def _snapshot_published(
    snapshot: Snapshot, system: str, people: int | None, cells: Mapping[Cell, int | None], at: datetime
) -> PoolSnapshotPublished:
    return PoolSnapshotPublished(
        effective_at=at,
        system=system,
        as_at=snapshot.period,
        cells=tuple(_pool_cell(cell, count) for cell, count in cells.items()),
        people=people,
        revision=snapshot.revision,
    )


def _pool_cell(cell: Cell, people: int | None) -> PoolCell:
    return PoolCell(
        readiness=cell.readiness,
        professional_group=cell.professional_group,
        service_type=cell.service_type,
        people=people,
    )
