"""What can be done now about places: for oneself, for others, and to a place or a wait."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from services.enrolment.catalogue.domain.actions import CohortAction
from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.places.domain.enrolments import Applicant, Enrolment
from shared.actions import possible

EnrolmentAction = Literal["withdraw"]


def for_others(cohort: Cohort, *, now: datetime) -> list[CohortAction]:
    """For whoever holds nothing of this cohort yet."""
    return possible(
        {
            "enrol": lambda: replace(cohort).take_place(now=now),
            "join_waiting_list": lambda: replace(cohort).join_waiting_list(now=now),
        }
    )


def for_oneself(applicant: Applicant, cohort: Cohort, *, now: datetime) -> list[CohortAction]:
    """Who waits takes a place that stayed free, when it is their turn; who holds one takes no other."""
    if applicant.waits:
        return possible({"take_place": lambda: applicant.must_be_in_turn(cohort, now=now)})
    return possible(
        {
            "take_place": lambda: (applicant.must_be_new_here(), replace(cohort).take_place(now=now)),
            "join_waiting_list": lambda: (applicant.must_be_new_here(), replace(cohort).join_waiting_list(now=now)),
        }
    )


def of_enrolment(enrolment: Enrolment) -> list[EnrolmentAction]:
    """What is held, or waited for, can be given up."""
    return possible({"withdraw": enrolment.must_be_held})
