"""What people decided of a member's readiness, and for which day. A pool is a readiness."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shared.errors import Conflict, Invalid
from shared.ids import PersonId

Readiness = Literal["ready_now", "ready_soon", "between", "not_yet_ready"]

READY_SOON_MONTHS = 12
"""Up to here a member is ready soon."""

NOT_YET_READY_MONTHS = 18
"""From here a member is not yet ready; what lies between the two is reported beside the pools."""

LONGEST_MONTHS = 24
"""Beyond it nobody is in a pool."""


class NotInThePool(Invalid):
    """Who is ready in more than 24 months is in no pool."""

    code = "not_in_the_pool"


class AssessmentAhead(Invalid):
    """An assessment has taken place before it is recorded."""

    code = "assessment_ahead"


class JudgementNotRecorded(Conflict):
    """An edit of a member's details carries no new judgement: that is an assessment of its own."""

    code = "judgement_not_recorded"


@dataclass(frozen=True, slots=True)
class Judgement:
    """People decided, for a day, in how many months a member is ready."""

    horizon_months: int
    assessed_on: date
    decided_by: PersonId

    def __post_init__(self) -> None:
        if self.horizon_months > LONGEST_MONTHS:
            raise NotInThePool(f"{self.horizon_months} months: beyond {LONGEST_MONTHS} nobody is in a pool")

    @property
    def readiness(self) -> Readiness:
        """The pool so many months mean."""
        if self.horizon_months == 0:
            return "ready_now"
        if self.horizon_months <= READY_SOON_MONTHS:
            return "ready_soon"
        return "between" if self.horizon_months < NOT_YET_READY_MONTHS else "not_yet_ready"

    @property
    def valid_until(self) -> date:
        """Twelve months on; 29 February ends on the 28th."""
        year, month = self.assessed_on.year + 1, self.assessed_on.month
        return date(year, month, min(self.assessed_on.day, monthrange(year, month)[1]))

    def is_expired(self, today: date) -> bool:
        """The clock marks a judgement as expired; only people decide another."""
        return today > self.valid_until

    def ensure_not_future(self, today: date) -> None:
        """Refuse a day that has not come."""
        if self.assessed_on > today:
            raise AssessmentAhead(f"{self.assessed_on} has not come yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Judgement):
    """A judgement as it was recorded; never changed, only superseded by a later one for the same day."""

    person_id: PersonId
    version: int
    recorded_at: datetime
    superseded_at: datetime | None = None
