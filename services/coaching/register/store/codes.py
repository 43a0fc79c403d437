from datetime import date

from services.coaching.register.domain.codes import QUALIFICATIONS, SYSTEMS, RegisterCodes
from shared.codes import Code, CodeLists
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> RegisterCodes:
    """The systems and qualifications of that day."""
    systems = await tx.fetch(SQL[SYSTEMS], day)
    qualifications = await tx.fetch(SQL[QUALIFICATIONS], day)
    words = {
        SYSTEMS: {row["code"]: row["words"] for row in systems},
        QUALIFICATIONS: {row["code"]: row["words"] for row in qualifications},
    }
    return RegisterCodes(
        CodeLists(words),
        halves={row["code"]: row["half"] for row in systems},
        qualifies_for={row["code"]: frozenset(row["qualifies_for"]) for row in qualifications},
    )


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The codes of one list on that day; each list is a query of its name."""
    rows = await tx.fetch(SQL[name], day)
    return [Code(r["code"], r["words"], r["valid_from"], r["valid_to"], r["successors"]) for r in rows]
