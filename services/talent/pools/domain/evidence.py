"""Evidence of development: it prompts a review of readiness and never scores."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.ids import PersonId, new_id

Kind = Literal["session_attended", "programme_completed"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A person took part in something on a day; whether the person is a member is another matter."""

    evidence_id: UUID
    person_id: PersonId
    kind: Kind
    programme_code: str
    happened_at: datetime
    enrolment_id: UUID | None = None
    """Whose completion it is: what was kept before 0003 does not say."""
    session_id: UUID | None = None
    """Which attendance it is: what was kept before 0004 does not say."""

    @classmethod
    def attended(cls, person_id: PersonId, programme_code: str, session_id: UUID, at: datetime) -> "Evidence":
        """The person was at a session on the day."""
        return cls(new_id(), person_id, "session_attended", programme_code, at, session_id=session_id)

    @classmethod
    def completed(cls, person_id: PersonId, programme_code: str, enrolment_id: UUID, at: datetime) -> "Evidence":
        """The person met a programme's own criterion."""
        return cls(new_id(), person_id, "programme_completed", programme_code, at, enrolment_id)
