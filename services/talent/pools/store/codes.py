from collections.abc import Collection
from datetime import date

from shared.codes import Code, CodeLists, Followed, Named
from shared.postgres.codes import codes_of, filled
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, named: Collection[Named], day: date) -> CodeLists:
    """The codes named that a member's record may carry on that day."""
    rows = await tx.fetch(SQL["named"], codes_of(named), day)
    found = ((row["list"], row["code"], row["words"]) for row in rows)
    return await filled(tx, found, named, day, read=listed, followed=followed)


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The codes of one list on that day."""
    return [Code(*row) for row in await tx.fetch(SQL["listed"], name, day)]


async def followed(tx: Transaction, name: str, day: date) -> Followed:
    """What took the place of the codes of one list that had ended by that day."""
    return {row["code"]: row["successors"] for row in await tx.fetch(SQL["followed"], name, day)}


async def systems(tx: Transaction, day: date) -> list[str]:
    """The systems of the region on that day."""
    return [system.code for system in await listed(tx, "systems", day)]
