from services.talent.reporting.domain.pools import AsAt, Cell, Pools
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Systems, systems

SQL = Queries(__file__)


async def count(tx: Transaction, as_at: AsAt, whose: Systems | Everyone) -> Pools:
    """The pools as they stood on that day as far as known at that moment; of those people."""
    rows = await tx.fetch(SQL["cells"], as_at.day, as_at.known_at, systems(whose))
    return Pools(
        as_at,
        {Cell(r["readiness"], r["professional_group"], r["system"], r["service_type"]): r["people"] for r in rows},
    )
