from collections.abc import Iterable
from datetime import date

from services.enrolment.people.domain.organisations import ORGANISATIONS, Organisation, Workplace, Workplaces
from shared.codes import Code, Followed
from shared.postgres.codes import codes_of, filled
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, workplaces: Iterable[Workplace], day: date) -> Workplaces:
    """The organisations of these workplaces that a record may name on that day."""
    named = [(ORGANISATIONS, workplace.organisation) for workplace in workplaces]
    found = [Organisation(*row) for row in await tx.fetch(SQL["named"], codes_of(named), day)]
    words = ((ORGANISATIONS, organisation.code, organisation.name) for organisation in found)
    lists = await filled(tx, words, named, day, read=listed, followed=followed)
    return Workplaces(lists, {organisation.code: organisation for organisation in found})


async def listed(tx: Transaction, name: str, day: date) -> list[Code]:
    """The same as a code list."""
    del name
    return [Code(*row) for row in await tx.fetch(SQL["listed"], day)]


async def followed(tx: Transaction, name: str, day: date) -> Followed:
    """The same as of a code list."""
    del name
    return {row["code"]: row["successors"] for row in await tx.fetch(SQL["followed"], day)}
