from datetime import date

from shared.codes import Code, CodeLists
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> CodeLists:
    """Every code a learner's record may carry on that day, but for organisations."""
    rows = await tx.fetch(SQL["in_force"], day)
    return CodeLists.collected((row["list"], row["code"], row["words"]) for row in rows)


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The codes of one list on that day."""
    return [Code(*row) for row in await tx.fetch(SQL["listed"], name, day)]
