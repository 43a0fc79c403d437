from datetime import date

from services.enrolment.domain.codes import CodeLists
from services.enrolment.domain.links import LinkHosts
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> CodeLists:
    """Every code a learner's record may carry on that day."""
    lists: dict[str, set[str]] = {}
    for row in await tx.fetch(SQL["in_force"], day):
        lists.setdefault(row["list"], set()).add(row["code"])
    return CodeLists({name: frozenset(codes) for name, codes in lists.items()})


async def withdrawal_reasons(tx: Transaction, day: date) -> CodeLists:
    """Every reason a withdrawal may give on that day."""
    rows = await tx.fetch(SQL["withdrawal_reasons"], day)
    return CodeLists({"withdrawal_reason": frozenset(row["code"] for row in rows)})


async def link_hosts(tx: Transaction, day: date) -> LinkHosts:
    """Every host a link may lead to on that day."""
    return LinkHosts(frozenset(row["host"] for row in await tx.fetch(SQL["link_hosts"], day)))
