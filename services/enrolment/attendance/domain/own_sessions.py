"""The sessions of what a person holds or waits for, as that person sees them."""

from dataclasses import dataclass
from datetime import datetime

from services.enrolment.attendance.domain.registers import OnTheDay
from services.enrolment.places.domain.enrolments import EnrolmentId, State
from shared.ids import CohortId, SessionId


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session with what it is of, and what its register says of the person; a wait has no references."""

    session_id: SessionId
    cohort_id: CohortId
    programme_code: str
    programme_title: str
    cohort_title: str
    enrolment_id: EnrolmentId
    state: State
    title: str
    starts_at: datetime
    ends_at: datetime
    join_ref: str | None
    recording_ref: str | None
    cancelled_at: datetime | None
    on_the_day: OnTheDay | None
    recording: bool
