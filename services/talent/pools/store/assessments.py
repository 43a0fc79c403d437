from services.talent.pools.domain.assessments import Assessment, Judgement
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def insert(tx: Transaction, assessment: Assessment) -> None:
    """Add an assessment to the history, which is never changed."""
    await tx.execute(
        SQL["insert"],
        assessment.person_id,
        assessment.version,
        assessment.readiness,
        assessment.horizon_months,
        assessment.assessed_on,
        assessment.decided_by,
        assessment.recorded_at,
    )


async def is_recorded(tx: Transaction, person_id: PersonId, judgement: Judgement) -> bool:
    """Whether this very judgement stands in the person's history."""
    return await tx.fetchval(
        SQL["is_recorded"], person_id, judgement.horizon_months, judgement.assessed_on, judgement.decided_by
    )


async def of_member(tx: Transaction, person_id: PersonId, *, after: int, limit: int) -> list[Assessment]:
    """A member's assessments in the order they were recorded."""
    rows = await tx.fetch(SQL["of_member"], person_id, after, limit)
    return [Assessment(**row) for row in rows]
