from datetime import datetime
from uuid import UUID

from services.talent.pools.domain.evidence import Evidence
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def insert(tx: Transaction, evidence: Evidence) -> None:
    """Keep a piece of evidence; the same one told again, as by a corrected register, is kept once."""
    about = (evidence.evidence_id, evidence.person_id, evidence.programme_code, evidence.happened_at)
    match evidence.kind:
        case "session_attended":
            await tx.execute(SQL["insert_attendance"], *about, evidence.session_id)
        case "programme_completed":
            await tx.execute(SQL["insert_completion"], *about, evidence.enrolment_id)


async def delete_completion(tx: Transaction, person_id: PersonId, *, programme_code: str, enrolment_id: UUID) -> None:
    """Drop the completion of this enrolment, or else the person's latest of the programme that names no enrolment."""
    await tx.execute(SQL["delete_completion"], person_id, programme_code, enrolment_id)


async def delete_attendance(
    tx: Transaction, person_id: PersonId, *, session_id: UUID, programme_code: str, started_at: datetime
) -> None:
    """Drop the attendance of this session, or else that of the programme which started then and names no session."""
    await tx.execute(SQL["delete_attendance"], person_id, session_id, started_at, programme_code)


async def of_person(tx: Transaction, person_id: PersonId, *, after: UUID | None, limit: int) -> list[Evidence]:
    """A person's evidence in the order it became known."""
    return [Evidence(**row) for row in await tx.fetch(SQL["of_person"], person_id, after, limit)]
