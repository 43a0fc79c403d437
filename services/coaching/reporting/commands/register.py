from datetime import datetime

from services.coaching.reporting.domain.register import RegisterCounts
from services.coaching.reporting.store import register
from shared.postgres.database import Transaction
from shared.reports import readers


async def count_exactly(tx: Transaction, *, caller: str, now: datetime) -> RegisterCounts:
    """Unrounded counts, for those who keep the register; noted who read them."""
    await readers.note(tx, caller=caller, report="register", at=now)
    return await register.count(tx)
