from datetime import datetime

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Cell, Delivery, Queue, Reach
from shared.ids import new_id
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Systems, systems

SQL = Queries(__file__)


async def count(tx: Transaction, period: Period, whose: Systems | Everyone) -> Reach:
    """The period's reach, of those people; cohorts are the region's always."""
    start, end = period.start, period.end
    codes = systems(whose)
    cells = await tx.fetch(SQL["cells"], start, end, codes)
    deliveries = await tx.fetch(SQL["deliveries"], start, end)
    queue = await tx.fetch(SQL["queue"], start, end, codes)
    names = await tx.fetch(SQL["system_names"], period.first, period.last, codes)
    return Reach(
        period=period,
        cells=[Cell(**row) for row in cells],
        deliveries=[Delivery(**row) for row in deliveries],
        system_names=[(row["code"], row["name"]) for row in names],
        queue=Queue(**queue[0]),
    )


async def audit(
    tx: Transaction, *, caller: str, report: str, period: Period, whose: Systems | Everyone, at: datetime
) -> None:
    """Note who read exact counts of people, and which."""
    await tx.execute(SQL["insert_audit"], new_id(), caller, report, period.first, period.last, systems(whose), at)
