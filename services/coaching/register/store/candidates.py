from collections.abc import Sequence
from uuid import UUID

from services.coaching.register.domain.candidates import Candidate
from services.coaching.register.domain.codes import Kind
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def insert(tx: Transaction, candidates: Sequence[Candidate]) -> None:
    """Keep candidates, one a completion and kind."""
    await tx.execute(
        SQL["insert"],
        [c.candidate_id for c in candidates],
        [c.person_id for c in candidates],
        [c.kind for c in candidates],
        [c.award for c in candidates],
        [c.programme_code for c in candidates],
        [c.qualified_at for c in candidates],
        [c.enrolment_id for c in candidates],
    )


async def delete(tx: Transaction, person_id: PersonId, *, programme_code: str, enrolment_id: UUID) -> None:
    """Drop what this completion gave, where the person is not registered as that.

    What was kept without an enrolment goes by its programme, where nothing names the enrolment.
    """
    await tx.execute(SQL["delete"], person_id, programme_code, enrolment_id)


async def page(
    tx: Transaction, *, kind: Kind | None, registered: bool | None, after: UUID | None, limit: int
) -> list[Candidate]:
    """Candidates in the order they became known, each person once per kind, of one kind or standing where given."""
    return [Candidate(**row) for row in await tx.fetch(SQL["page"], kind, registered, after, limit)]
