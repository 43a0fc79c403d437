from datetime import date

from services.enrolment.people.domain.organisations import Organisation, Workplaces
from shared.codes import Code
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> Workplaces:
    """Every organisation a record may name on that day."""
    rows = await tx.fetch(SQL["in_force"], day)
    return Workplaces({row["code"]: Organisation(*row) for row in rows})


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The same as a code list."""
    del name
    return [Code(*row) for row in await tx.fetch(SQL["listed"], day)]
