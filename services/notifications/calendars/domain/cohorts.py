"""What enrolment offers, as far as messages speak of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    """One date of a cohort; `calendar_sequence` rises with every change that enrolment announces, the last one too."""

    id: SessionId
    cohort_id: CohortId
    title: str
    starts_at: datetime
    ends_at: datetime
    join_ref: str
    calendar_sequence: int
    cancelled: bool = False

    def is_to_come(self, as_at: datetime) -> bool:
        """Whether it takes place and has not ended."""
        return not self.cancelled and self.ends_at > as_at


TOLD_AFTER = timedelta(minutes=5)
"""With a cancelled cohort places end, each by an event of its own: only whom none reaches is told of its sessions."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A session that does not take place, with the number its change has in calendars."""

    session_id: SessionId
    cohort_id: CohortId
    calendar_sequence: int
