"""What can be done now to a programme, a cohort and a session, whoever may."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.domain.programmes import Programme
from services.enrolment.catalogue.domain.sessions import Session, still_to_come
from shared.actions import possible

ProgrammeAction = Literal["edit", "retire", "offer", "open_cohort"]
CohortAction = Literal["edit", "cancel", "add_session", "enrol", "take_place", "join_waiting_list"]
SessionAction = Literal["edit", "cancel", "take_register", "publish_recording"]


def of_programme(programme: Programme) -> list[ProgrammeAction]:
    """What is offered no more can be offered again, and until then nothing else is done to it."""
    if programme.retired_at is not None:
        return ["offer"]
    return ["edit", "retire", *possible({"open_cohort": programme.must_be_offered})]


def of_cohort(cohort: Cohort, planned: Sequence[Session], *, now: datetime) -> list[CohortAction]:
    """Of planning it; who enters is asked where places are given."""
    return possible(
        {
            "edit": cohort.must_take_place,
            "cancel": lambda: (cohort.must_take_place(), still_to_come(planned, now)),
            "add_session": lambda: cohort.must_take_another_session(len(planned)),
        }
    )


def of_session(session: Session, cohort: Cohort, *, now: datetime) -> list[SessionAction]:
    """Its title and room can be changed after it was held too."""
    return possible(
        {
            "edit": lambda: session.must_be_editable(cohort),
            "cancel": session.must_be_cancellable,
            "take_register": lambda: session.must_have_started(now),
            "publish_recording": lambda: session.must_have_started(now),
        }
    )
