from datetime import datetime

from services.enrolment.catalogue.domain.actions import CohortAction
from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.people.domain.learners import LearnerNotFound
from services.enrolment.places.api.enrolments import create_enrolment, create_withdrawal
from services.enrolment.places.domain.actions import EnrolmentAction, for_oneself, for_others, of_enrolment
from services.enrolment.places.domain.enrolments import Enrolment
from services.enrolment.places.store import enrolments
from shared.postgres.database import Database
from shared.web.actions import as_on
from shared.web.principal import Principal
from shared.whose import Everyone


async def entering(db: Database, cohort: Cohort, caller: Principal, *, now: datetime) -> list[CohortAction]:
    """For others where the caller acts for others, else for themselves; whoever is not registered does that first."""
    acting = as_on(create_enrolment, caller)
    if acting is None:
        return []
    whose = acting.own()
    if isinstance(whose, Everyone):
        return for_others(cohort, now=now)
    try:
        applicant = await db.read(enrolments.applicant, cohort.cohort_id, whose.person_id)
    except LearnerNotFound:
        return []
    return for_oneself(applicant, cohort, now=now)


def withdrawing(enrolment: Enrolment, caller: Principal) -> list[EnrolmentAction]:
    """What the caller may do to a place or a wait."""
    acting = as_on(create_withdrawal, caller)
    return of_enrolment(enrolment) if acting and acting.sees(person_id=enrolment.person_id) else []
