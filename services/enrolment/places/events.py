"""What is announced of places and waits."""

from datetime import datetime
from typing import Literal

from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.places.domain.enrolments import Enrolment, State
from shared.contracts.enrolment.learners import EnrolmentWithdrawn, LearnerEnrolled, LearnerWaitlisted


def learner_enrolled(
    enrolment: Enrolment, cohort: Cohort, *, at: datetime, previous: Literal["none", "waitlisted"] = "none"
) -> LearnerEnrolled:
    """A place, with the position it was given under."""
    return LearnerEnrolled(
        effective_at=at,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        system=enrolment.position.system,
        organisation=enrolment.position.organisation,
        staff_group=enrolment.position.staff_group,
        profession=enrolment.position.profession,
        band=enrolment.position.band,
        method=enrolment.method,
        previous=previous,
    )


def learner_waitlisted(enrolment: Enrolment, cohort: Cohort, *, at: datetime) -> LearnerWaitlisted:
    """A wait: the cohort has just counted it, so its number is the rank."""
    return LearnerWaitlisted(
        effective_at=at,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        rank=cohort.waiting,
        rule=cohort.rule,
    )


def enrolment_withdrawn(enrolment: Enrolment, cohort: Cohort, previous: State, *, at: datetime) -> EnrolmentWithdrawn:
    """A place or a wait was given up."""
    return EnrolmentWithdrawn(
        effective_at=at,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        previous="waitlisted" if previous == "waitlisted" else "enrolled",
        by=enrolment.withdrawn_by or "academy",
        reason=enrolment.reason or "not_stated",
        late=bool(enrolment.late),
    )
