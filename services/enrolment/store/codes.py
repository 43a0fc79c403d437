from datetime import date

from services.enrolment.domain.codes import CodeLists
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> CodeLists:
    """Every code a learner's record may carry on that day."""
    lists: dict[str, set[str]] = {}
    for row in await tx.fetch(SQL["in_force"], day):
        lists.setdefault(row["list"], set()).add(row["code"])
    return CodeLists({name: frozenset(codes) for name, codes in lists.items()})
