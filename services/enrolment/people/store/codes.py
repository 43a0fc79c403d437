from datetime import date

from shared.codes import CodeLists
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> CodeLists:
    """Every code a learner's record may carry on that day."""
    return CodeLists.collected((row["list"], row["code"]) for row in await tx.fetch(SQL["in_force"], day))
