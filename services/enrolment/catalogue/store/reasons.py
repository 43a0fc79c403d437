from datetime import date
from typing import Final

from shared.codes import Code
from shared.postgres.codes import filled
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)

CANCELLATION: Final = "cancellation-reasons"
WITHDRAWAL: Final = "withdrawal-reasons"


async def check(tx: Transaction, name: str, reason: str, *, on: date) -> None:
    """UnknownCode unless the list of that name has the reason on that day."""
    rows = await tx.fetch(SQL["named"], name, reason, on)
    lists = await filled(tx, ((name, *row) for row in rows), [(name, reason)], on, read=listed)
    lists.check(name, reason, at=("reason",))


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The reasons of one list on that day."""
    return [Code(*row) for row in await tx.fetch(SQL["listed"], name, day)]
