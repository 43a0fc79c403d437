from services.enrolment.reporting.domain.organisations import OrganisationReach
from services.enrolment.reporting.domain.periods import Period
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Systems, systems

SQL = Queries(__file__)


async def count(tx: Transaction, period: Period, whose: Systems | Everyone) -> list[OrganisationReach]:
    """Of those people, by the code of their system and organisation."""
    rows = await tx.fetch(SQL["count"], period.start, period.end, systems(whose))
    return [OrganisationReach(**row) for row in rows]
