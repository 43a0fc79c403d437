"""Who completed a programme whose award qualifies, and may be asked to join the register."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.coaching.register.domain.codes import Kind
from shared.ids import PersonId, new_id


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who qualifies as a kind by a completion; `registered` where the register has them as that already."""

    candidate_id: UUID
    person_id: PersonId
    kind: Kind
    award: str
    programme_code: str
    qualified_at: datetime
    enrolment_id: UUID | None
    registered: bool = False

    @classmethod
    def qualified(
        cls, person_id: PersonId, kind: Kind, *, award: str, programme_code: str, enrolment_id: UUID, at: datetime
    ) -> "Candidate":
        """A programme of that award was completed."""
        return cls(new_id(), person_id, kind, award, programme_code, at, enrolment_id)
