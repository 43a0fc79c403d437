from datetime import date

from services.coaching.register.domain.codes import QUALIFICATIONS, SYSTEMS, Kind, RegisterCodes
from services.coaching.register.domain.practitioners import Entry
from shared.codes import Code, Followed, changed
from shared.postgres.codes import codes_of, filled
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, entry: Entry, day: date, *, before: Entry | None) -> RegisterCodes:
    """The systems and qualifications that an entry names and may carry on that day.

    All it names are looked up, as what is held allows kinds; what it said `before` and has ended is not missed.
    """
    rows = await tx.fetch(SQL["named"], codes_of(entry.codes), day)
    found = ((row["list"], row["code"], row["words"]) for row in rows)
    return RegisterCodes(
        await filled(tx, found, changed(entry, before), day, read=listed, followed=followed),
        halves={row["code"]: row["half"] for row in rows if row["list"] == SYSTEMS},
        qualifies_for={row["code"]: frozenset(row["qualifies_for"]) for row in rows if row["list"] == QUALIFICATIONS},
    )


async def qualifies_for(tx: Transaction, award: str, day: date) -> frozenset[Kind]:
    """The kinds of practitioner that an award allows on that day; none where it is no qualification."""
    return frozenset(await tx.fetchval(SQL["qualifies_for"], award, day) or ())


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The codes of one list on that day; each list is a query of its name."""
    return [Code(*row) for row in await tx.fetch(SQL[name], day)]


async def followed(tx: Transaction, name: str, day: date) -> Followed:
    """What took the place of the codes of one list that had ended by that day."""
    return {row["code"]: row["successors"] for row in await tx.fetch(SQL["followed"], name, day)}
