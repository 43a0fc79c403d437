from datetime import date

from shared.codes import CodeLists
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> CodeLists:
    """Every reason for which a cohort or a session may be cancelled on that day."""
    rows = await tx.fetch(SQL["in_force"], day)
    return CodeLists.collected(("cancellation_reason", row["code"]) for row in rows)
