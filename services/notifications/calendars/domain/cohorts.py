"""What enrolment offers, as far as messages speak of it."""

from dataclasses import dataclass
from datetime import datetime

from shared.ids import CohortId, SessionId


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme and the title people know it by."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort and the title people know it by."""

    id: CohortId
    programme_code: str
    title: str


@dataclass(frozen=True, slots=True)
class Session:
    """One date of a cohort; `calendar_sequence` rises with every change that enrolment announces."""

    id: SessionId
    cohort_id: CohortId
    title: str
    starts_at: datetime
    ends_at: datetime
    join_ref: str
    calendar_sequence: int
