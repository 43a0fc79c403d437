from datetime import datetime

from services.coaching.reporting.domain.register import RegisterCounts
from services.coaching.reporting.store import register
from shared.postgres.database import Transaction


async def count_exactly(tx: Transaction, *, caller: str, now: datetime) -> RegisterCounts:
    """Unrounded counts, for those who keep the register; noted who read them."""
    await register.audit(tx, caller=caller, at=now)
    return await register.count(tx)
