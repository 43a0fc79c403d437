from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import LineName, Reach
from services.enrolment.reporting.domain.snapshots import Snapshot
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)

_REACH = TypeAdapter(Reach)
_HIDDEN = TypeAdapter(frozenset[LineName])


async def has_closed(tx: Transaction, period: Period) -> bool:
    """Whether the period is published."""
    return await tx.fetchval(SQL["has_closed"], period.last, period.first)


async def first_opened(tx: Transaction) -> datetime | None:
    """When the first cohort was opened; None while there is none."""
    return await tx.fetchval(SQL["first_opened"])


async def first_published(tx: Transaction) -> date | None:
    """The first day of the earliest period that is published."""
    return await tx.fetchval(SQL["first_published"])


async def every(tx: Transaction) -> list[Snapshot]:
    """Everything that was ever published."""
    return [_snapshot(row) for row in await tx.fetch(SQL["all"])]


async def count(tx: Transaction) -> int:
    """How many were ever published."""
    return await tx.fetchval(SQL["count"])


async def find(tx: Transaction, period: Period, revision: int | None) -> Snapshot | None:
    """That revision, or the newest."""
    row = await tx.fetchrow(SQL["find"], period.last, period.first, revision)
    return _snapshot(row) if row else None


async def insert(tx: Transaction, snapshots: Sequence[Snapshot]) -> None:
    """Publish; a revision that is there already is an error of the caller."""
    await tx.executemany(SQL["insert"], [_row(snapshot) for snapshot in snapshots])


def _row(snapshot: Snapshot) -> tuple[object, ...]:
    return (
        snapshot.period.first,
        snapshot.period.last,
        snapshot.revision,
        snapshot.published_at,
        _REACH.dump_python(snapshot.reach, mode="json"),
        sorted(snapshot.hidden),
    )


def _snapshot(row: "Record") -> Snapshot:
    return Snapshot(
        reach=_REACH.validate_python(row["reach"]),
        hidden=_HIDDEN.validate_python(row["hidden"]),
        revision=row["revision"],
        published_at=row["published_at"],
    )
