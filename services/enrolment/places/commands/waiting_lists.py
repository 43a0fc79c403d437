from datetime import datetime

from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.domain.programmes import Programme
from services.enrolment.catalogue.store import cohorts
from services.enrolment.places import events
from services.enrolment.places.domain.enrolments import Enrolment, EnrolmentId, Method
from services.enrolment.places.domain.waiting_lists import Promotion, Waiting
from services.enrolment.places.store import enrolments, waiting_lists
from shared.ids import CohortId, PersonId
from shared.messaging import outbox
from shared.postgres.database import Transaction


async def follow_late_entry(tx: Transaction, programme: Programme, *, now: datetime) -> None:
    """Places that stayed free go to those who still wait, as far as the programme lets them in by now."""
    for cohort in await cohorts.lock_waited_for(tx, programme.programme_code):
        await promote_next(tx, cohort, now=now)
        await cohorts.save_places(tx, cohort)


async def follow_cohort(tx: Transaction, cohort: Cohort, *, now: datetime) -> None:
    """There are more places, or more time to hand them on: who waits gets what is free."""
    await promote_next(tx, cohort, now=now)
    await cohorts.save_places(tx, cohort)


async def promote_next(tx: Transaction, cohort: Cohort, *, freed_by: EnrolmentId | None = None, now: datetime) -> None:
    """Give every free place of a locked cohort to who waits longest, as long as places are handed on.

    One withdrawal frees one place: any other had stayed free.
    """
    while cohort.can_promote(now=now):
        await promote(tx, cohort, await waiting_lists.next_waiting(tx, cohort.cohort_id), freed_by=freed_by, now=now)
        freed_by = None


async def promote(
    tx: Transaction, cohort: Cohort, next_in_line: Enrolment, *, freed_by: EnrolmentId | None, now: datetime
) -> None:
    """Turn a wait into a place, with rule and reason; whoever calls saves the cohort's numbers."""
    cohort.promote()
    next_in_line.promote(at=now)
    await waiting_lists.save_promotion(
        tx, next_in_line, Promotion.of(next_in_line, freed_by=freed_by, rule=cohort.rule, at=now)
    )
    outbox.append(tx, events.learner_enrolled(next_in_line, cohort, previous="waitlisted", at=now), at=now)


async def join_waiting_list(
    tx: Transaction, cohort_id: CohortId, person_id: PersonId, *, method: Method, now: datetime
) -> Waiting:
    """Put the person on the list of a full cohort; answers where they stand and by which rule places are handed on."""
    cohort = await cohorts.lock(tx, cohort_id)
    applicant = await enrolments.applicant(tx, cohort_id, person_id)
    if applicant.waits:
        cohort.must_still_promote(now=now)
    applicant.must_be_new_here()
    ticket = cohort.join_waiting_list(now=now)
    enrolment = Enrolment.waiting(cohort_id, applicant, method=method, ticket=ticket, at=now)
    await cohorts.save_places(tx, cohort)
    await enrolments.insert(tx, enrolment)
    outbox.append(tx, events.learner_waitlisted(enrolment, cohort, at=now), at=now)
    return Waiting(enrolment.enrolment_id, cohort.waiting, cohort.rule)
