from datetime import date

from shared.codes import CodeLists
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> CodeLists:
    """Every reason a withdrawal may give on that day."""
    rows = await tx.fetch(SQL["in_force"], day)
    return CodeLists.collected(("withdrawal_reason", row["code"]) for row in rows)
