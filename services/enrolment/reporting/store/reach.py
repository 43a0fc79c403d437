from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Cell, ProgrammeTotals, Queue, Reach
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Systems, systems

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)

_NOBODY = Cell("all", "all", enrolments=0, people=0, session_places=0, attended=0, live=0)


async def count(tx: Transaction, periods: Sequence[Period], whose: Systems | Everyone) -> list[Reach]:
    """The reach of each period, of those people; cohorts are the region's always."""
    starts, ends = [period.start for period in periods], [period.end for period in periods]
    codes = systems(whose)
    cells = _by_period(await tx.fetch(SQL["cells"], starts, ends, codes))
    deliveries = _by_period(await tx.fetch(SQL["deliveries"], starts, ends))
    queues = _by_period(await tx.fetch(SQL["queue"], starts, ends, codes))
    days = [period.first for period in periods], [period.last for period in periods]
    names = _by_period(await tx.fetch(SQL["system_names"], *days, codes))
    return [
        Reach(
            period=period,
            cells=[Cell(**row) for row in cells[nth]] or [_NOBODY],
            deliveries=[ProgrammeTotals(**row) for row in deliveries[nth]],
            system_names=[(row["code"], row["name"]) for row in names[nth]],
            queue=Queue(**queues[nth][0]),
        )
        for nth, period in enumerate(periods, start=1)
    ]


def _by_period(rows: "Sequence[Record]") -> Mapping[int, list[dict[str, Any]]]:
    """What was found of each, by its place among those that were asked for."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        columns = dict(row)
        found[columns.pop("nth")].append(columns)
    return found
