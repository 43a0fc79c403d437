from datetime import datetime
from uuid import UUID

from services.talent.pools.domain.evidence import Evidence
from services.talent.pools.store import evidence
from shared.ids import PersonId
from shared.postgres.database import Transaction


async def add_evidence(tx: Transaction, found: Evidence) -> None:
    """Keep it for anyone: who is no member today may become one."""
    await evidence.insert(tx, found)


async def take_back_attendance(
    tx: Transaction, person_id: PersonId, *, session_id: UUID, programme_code: str, started_at: datetime
) -> None:
    """Who was not at the session has no evidence of it; of most absences there was none."""
    await evidence.delete_attendance(
        tx, person_id, session_id=session_id, programme_code=programme_code, started_at=started_at
    )


async def take_back_completion(
    tx: Transaction, person_id: PersonId, *, programme_code: str, enrolment_id: UUID
) -> None:
    """What was no completion after all is no evidence; what others give stays."""
    await evidence.delete_completion(tx, person_id, programme_code=programme_code, enrolment_id=enrolment_id)
