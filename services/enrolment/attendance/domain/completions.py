"""Who met what a programme asks."""

from dataclasses import dataclass

from services.enrolment.catalogue.domain.programmes import Completion
from services.enrolment.places.domain.enrolments import EnrolmentId
from shared.ids import PersonId


@dataclass(frozen=True, slots=True)
class Graduate:
    """Who completed the programme."""

    person_id: PersonId
    enrolment_id: EnrolmentId


@dataclass(frozen=True, slots=True)
class Record:
    """Who holds a place, and in how many sessions of the cohort they attended or caught up."""

    person_id: PersonId
    enrolment_id: EnrolmentId
    attended: int
    caught_up: int

    def meets(self, criterion: Completion, sessions: int) -> bool:
        """Whether the criterion is met while there are so many sessions."""
        return criterion.is_met(attended=self.attended, caught_up=self.caught_up, sessions=sessions)
