from datetime import datetime
from uuid import UUID

from services.coaching.register.domain.candidates import Candidate
from services.coaching.register.store import candidates, codes
from shared.ids import PersonId
from shared.london import day_of
from shared.postgres.database import Transaction


async def note_completion(
    tx: Transaction, person_id: PersonId, *, award: str, programme_code: str, enrolment_id: UUID, now: datetime
) -> None:
    """Who completes a programme of a qualifying award is a candidate; any other award makes none."""
    kinds = sorted(await codes.qualifies_for(tx, award, day_of(now)))
    if kinds:
        qualified = [
            Candidate.qualified(
                person_id, kind, award=award, programme_code=programme_code, enrolment_id=enrolment_id, at=now
            )
            for kind in kinds
        ]
        await candidates.insert(tx, qualified)


async def take_back_completion(
    tx: Transaction, person_id: PersonId, *, programme_code: str, enrolment_id: UUID
) -> None:
    """Who completed nothing after all is no candidate by it; a registration is people's decision and stays."""
    await candidates.delete(tx, person_id, programme_code=programme_code, enrolment_id=enrolment_id)
