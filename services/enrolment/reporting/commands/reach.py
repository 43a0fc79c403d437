from datetime import datetime

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach_reports import ReachReport, internal
from services.enrolment.reporting.store import reach
from shared.postgres.database import Transaction
from shared.whose import Everyone, Systems


async def internal_report(
    tx: Transaction, period: Period, *, whose: Systems | Everyone, caller: str, now: datetime
) -> ReachReport:
    """The exact report; who read it is noted in the same transaction."""
    counted = await reach.count(tx, period, whose)
    await reach.audit(tx, caller=caller, report="reach", period=period, whose=whose, at=now)
    return internal(counted)
