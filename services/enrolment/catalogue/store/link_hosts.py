from datetime import date

from services.enrolment.catalogue.domain.link_hosts import LinkHosts, hosts_over
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, url: str, day: date) -> LinkHosts:
    """The hosts that let the link lead there on that day; where there is none all, to tell where links may lead."""
    rows = await tx.fetch(SQL["over"], hosts_over(url), day) or await tx.fetch(SQL["listed"], day)
    return LinkHosts(frozenset(row["host"] for row in rows))
