from datetime import date

from services.enrolment.catalogue.domain.link_hosts import LinkHosts
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def in_force(tx: Transaction, day: date) -> LinkHosts:
    """Every host a link may lead to on that day."""
    return LinkHosts(frozenset(row["host"] for row in await tx.fetch(SQL["in_force"], day)))
