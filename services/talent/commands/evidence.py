from services.talent.domain.evidence import Evidence
from services.talent.store import evidence
from shared.postgres.database import Transaction


async def add_evidence(tx: Transaction, found: Evidence) -> None:
    """Keep it for anyone: who is no member today may become one."""
    await evidence.insert(tx, found)
