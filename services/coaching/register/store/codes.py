from collections.abc import Collection
from datetime import date

from services.coaching.register.domain.codes import QUALIFICATIONS, SYSTEMS, Kind, RegisterCodes
from shared.codes import Code, Named
from shared.postgres.codes import codes_of, filled
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, named: Collection[Named], day: date) -> RegisterCodes:
    """The systems and qualifications named that an entry may carry on that day."""
    rows = await tx.fetch(SQL["named"], codes_of(named), day)
    return RegisterCodes(
        await filled(tx, ((row["list"], row["code"], row["words"]) for row in rows), named, day, read=listed),
        halves={row["code"]: row["half"] for row in rows if row["list"] == SYSTEMS},
        qualifies_for={row["code"]: frozenset(row["qualifies_for"]) for row in rows if row["list"] == QUALIFICATIONS},
    )


async def qualifies_for(tx: Transaction, award: str, day: date) -> frozenset[Kind]:
    """The kinds of practitioner that an award allows on that day; none where it is no qualification."""
    return frozenset(await tx.fetchval(SQL["qualifies_for"], award, day) or ())


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The codes of one list on that day; each list is a query of its name."""
    return [Code(*row) for row in await tx.fetch(SQL[name], day)]
