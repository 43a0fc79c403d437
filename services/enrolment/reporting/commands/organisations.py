from collections.abc import Sequence
from datetime import datetime

from services.enrolment.reporting.domain.organisations import OrganisationReach
from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.store import organisations
from shared.postgres.database import Transaction
from shared.reports import readers
from shared.whose import Everyone, Systems, systems


async def report_organisations(
    tx: Transaction, period: Period, *, whose: Systems | Everyone, caller: str, now: datetime
) -> Sequence[OrganisationReach]:
    """Exact counts; who read them is noted in the same transaction."""
    asked = {"period_from": period.first, "period_to": period.last}
    await readers.note(tx, caller=caller, report="organisations", at=now, systems=systems(whose), **asked)
    return await organisations.count(tx, period, whose)
