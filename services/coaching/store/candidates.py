from collections.abc import Sequence
from uuid import UUID

from services.coaching.domain.candidates import Candidate
from services.coaching.domain.codes import Kind
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def insert(tx: Transaction, candidates: Sequence[Candidate]) -> None:
    """Keep candidates, each person once per kind: the first award counts."""
    await tx.execute(
        SQL["insert"],
        [c.candidate_id for c in candidates],
        [c.person_id for c in candidates],
        [c.kind for c in candidates],
        [c.award for c in candidates],
        [c.programme_code for c in candidates],
        [c.qualified_at for c in candidates],
    )


async def page(
    tx: Transaction, *, kind: Kind | None, registered: bool | None, after: UUID | None, limit: int
) -> list[Candidate]:
    """Candidates in the order they became known, of one kind or standing where given."""
    return [Candidate(**row) for row in await tx.fetch(SQL["page"], kind, registered, after, limit)]
