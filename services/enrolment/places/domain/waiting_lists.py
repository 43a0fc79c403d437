"""The wait for a place, and why a freed one went to whom."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.enrolment.catalogue.domain.cohorts import Rule
from services.enrolment.places.domain.enrolments import Enrolment, EnrolmentId
from shared.ids import CohortId, new_id


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a person stands on the list when joining it."""

    enrolment_id: EnrolmentId
    rank: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Promotion:
    """Why a freed place went to this person: kept for anyone who asks; a place that had stayed free names no giver."""

    promotion_id: UUID
    cohort_id: CohortId
    enrolment_id: EnrolmentId
    freed_by: EnrolmentId | None
    rule: Rule
    reason: str
    promoted_at: datetime

    @classmethod
    def of(cls, enrolment: Enrolment, *, freed_by: EnrolmentId | None, rule: Rule, at: datetime) -> "Promotion":
        """The next by the cohort's rule; the reason states the fact the rule looked at."""
        reason = f"ticket {enrolment.ticket}, joined the list {enrolment.asked_at:%Y-%m-%dT%H:%M:%SZ}"
        return cls(new_id(), enrolment.cohort_id, enrolment.enrolment_id, freed_by, rule, reason, at)
