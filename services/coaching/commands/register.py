from datetime import datetime

from services.coaching.domain.register import RegisterTable
from services.coaching.store import register
from shared.disclosure import disclose
from shared.postgres.database import Transaction


async def count_exactly(tx: Transaction, *, caller: str, now: datetime) -> RegisterTable:
    """Unrounded counts, for those who keep the register; noted who read them."""
    await register.audit(tx, caller=caller, at=now)
    counts = await register.count(tx)
    return RegisterTable(counts.people, counts.cells, counts.developed)


async def count_for_all(tx: Transaction) -> RegisterTable:
    """The register as it may be published."""
    counts = await register.count(tx)
    return RegisterTable(counts.people, disclose(counts.cells), disclose(counts.developed))
