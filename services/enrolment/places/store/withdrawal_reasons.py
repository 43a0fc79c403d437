from datetime import date

from shared.codes import Code, CodeLists
from shared.postgres.codes import filled
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)

LIST = "withdrawal-reasons"


async def in_force(tx: Transaction, reason: str, day: date) -> CodeLists:
    """The reason, if a withdrawal may give it on that day."""
    rows = await tx.fetch(SQL["named"], reason, day)
    return await filled(tx, ((LIST, *row) for row in rows), [(LIST, reason)], day, read=listed)


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The same as a code list."""
    del name
    return [Code(*row) for row in await tx.fetch(SQL["listed"], day)]
