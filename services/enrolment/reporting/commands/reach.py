from datetime import datetime

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach_reports import ReachReport, internal
from services.enrolment.reporting.store import reach
from shared.postgres.database import Transaction
from shared.reports import readers
from shared.whose import Everyone, Systems, systems


async def internal_report(
    tx: Transaction, period: Period, *, whose: Systems | Everyone, caller: str, now: datetime
) -> ReachReport:
    """The exact report; who read it is noted in the same transaction."""
    (counted,) = await reach.count(tx, [period], whose)
    asked = {"period_from": period.first, "period_to": period.last}
    await readers.note(tx, caller=caller, report="reach", at=now, systems=systems(whose), **asked)
    return internal(counted)
