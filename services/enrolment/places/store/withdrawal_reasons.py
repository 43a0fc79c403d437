from datetime import date

from shared.codes import Code, CodeLists
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)

LIST = "withdrawal-reasons"


async def in_force(tx: Transaction, day: date) -> CodeLists:
    """Every reason a withdrawal may give on that day."""
    return CodeLists({LIST: {code.code: code.words for code in await listed(tx, LIST, day)}})


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The same as a code list."""
    del name
    return [Code(*row) for row in await tx.fetch(SQL["listed"], day)]
