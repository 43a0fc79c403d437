from datetime import datetime

from services.enrolment.domain.periods import Period
from services.enrolment.domain.reach_reports import ReachReport, internal
from services.enrolment.store import reach
from shared.postgres.database import Transaction


async def internal_report(
    tx: Transaction, period: Period, *, systems: list[str] | None, caller: str, now: datetime
) -> ReachReport:
    """The exact report; who read it is noted in the same transaction."""
    counted = await reach.count(tx, period, systems=systems)
    await reach.audit(tx, caller=caller, report="reach", period=period, systems=systems, at=now)
    return internal(counted)
