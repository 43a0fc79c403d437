"""Who met what a programme asks."""

from dataclasses import dataclass

from services.enrolment.places.domain.enrolments import EnrolmentId
from shared.ids import PersonId


@dataclass(frozen=True, slots=True)
class Graduate:
    """Who completed the programme."""

    person_id: PersonId
    enrolment_id: EnrolmentId
