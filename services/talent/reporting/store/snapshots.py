from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from services.talent.reporting.domain.pool_figures import LineName
from services.talent.reporting.domain.pools import DIMENSIONS, AsAt, Cell, Pools
from services.talent.reporting.domain.snapshots import Snapshot
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def has_closed(tx: Transaction, day: date) -> bool:
    """Whether the month that ends then is published."""
    return await tx.fetchval(SQL["has_closed"], day)


async def first_recorded(tx: Transaction) -> datetime | None:
    """When the first assessment was recorded; None while there is none."""
    return await tx.fetchval(SQL["first_recorded"])


async def first_published(tx: Transaction) -> date | None:
    """The earliest day as at which pools are published."""
    return await tx.fetchval(SQL["first_published"])


async def every(tx: Transaction) -> list[Snapshot]:
    """Everything that was ever published."""
    return [_snapshot(row) for row in await tx.fetch(SQL["all"])]


async def count(tx: Transaction) -> int:
    """How many were ever published."""
    return await tx.fetchval(SQL["count"])


async def find(tx: Transaction, day: date | None, revision: int | None) -> Snapshot | None:
    """That day's or the newest; that revision or the newest."""
    row = await tx.fetchrow(SQL["find"], day, revision)
    return _snapshot(row) if row else None


async def insert(tx: Transaction, snapshots: Sequence[Snapshot]) -> None:
    """Publish; a revision that is there already is an error of the caller."""
    await tx.executemany(SQL["insert"], [_row(snapshot) for snapshot in snapshots])


def _row(snapshot: Snapshot) -> tuple[Any, ...]:
    return (
        snapshot.period,
        snapshot.revision,
        snapshot.published_at,
        [asdict(cell) | {"people": people} for cell, people in snapshot.pools.cells.items()],
        [dict(name) for name in sorted(snapshot.hidden)],
    )


def _snapshot(row: "Record") -> Snapshot:
    cells = {Cell(**{d: line[d] for d in DIMENSIONS}): line["people"] for line in row["pools"]}
    return Snapshot(
        pools=Pools(AsAt(row["as_at"], row["published_at"]), cells),
        hidden=frozenset(_name(attributes) for attributes in row["hidden"]),
        revision=row["revision"],
        published_at=row["published_at"],
    )


def _name(attributes: dict[str, str]) -> LineName:
    return tuple((dimension, attributes[dimension]) for dimension in DIMENSIONS if dimension in attributes)
