from datetime import date

from services.coaching.register.domain.codes import CodeLists
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> CodeLists:
    """The systems and qualifications of that day."""
    systems = await tx.fetch(SQL["systems"], day)
    qualifications = await tx.fetch(SQL["qualifications"], day)
    return CodeLists(
        halves={row["code"]: row["half"] for row in systems},
        qualifies_for={row["code"]: frozenset(row["qualifies_for"]) for row in qualifications},
    )
