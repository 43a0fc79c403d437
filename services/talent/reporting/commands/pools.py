from collections.abc import Mapping
from datetime import datetime

from services.talent.reporting.domain.pools import DIMENSIONS, AsAt, Dimension, PoolTable
from services.talent.reporting.store import pools
from shared.postgres.database import Transaction
from shared.reports import readers
from shared.whose import Everyone, Systems, systems


async def count_exactly(
    tx: Transaction, as_at: AsAt, *, whose: Systems | Everyone, caller: str, now: datetime
) -> PoolTable:
    """Unrounded counts, for those who plan with them; noted who read which."""
    asked = {"as_at": as_at.day, "known_at": as_at.known_at}
    await readers.note(tx, caller=caller, report="pools", at=now, systems=systems(whose), **asked)
    counted = await pools.count(tx, as_at, whose)
    margins: dict[Dimension, Mapping[str, int | None]] = {d: counted.by(d) for d in DIMENSIONS}
    return PoolTable(as_at, counted.people, counted.cells, margins)
