from datetime import datetime

from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.domain.working_days import BANK_HOLIDAYS
from services.enrolment.catalogue.store import cohorts, reasons
from services.enrolment.places import events
from services.enrolment.places.commands.waiting_lists import promote, promote_next
from services.enrolment.places.domain.enrolments import COHORT_CANCELLED, Applicant, By, Enrolment, EnrolmentId, Method
from services.enrolment.places.store import enrolments, waiting_lists
from shared.ids import CohortId, PersonId
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.whose import Everyone, Own


async def enrol(
    tx: Transaction, cohort_id: CohortId, person_id: PersonId, *, method: Method, now: datetime
) -> Enrolment:
    """Give the person a place, while there is one; who waits for it already gets it when it is their turn."""
    cohort = await cohorts.lock(tx, cohort_id)
    applicant = await enrolments.applicant(tx, cohort_id, person_id)
    if applicant.waits:
        return await _take_turn(tx, cohort, applicant, now=now)
    applicant.must_be_new_here()
    cohort.take_place(now=now)
    enrolment = Enrolment.confirmed(cohort_id, applicant, method=method, at=now)
    await cohorts.save_places(tx, cohort)
    await enrolments.insert(tx, enrolment)
    outbox.append(tx, events.learner_enrolled(enrolment, cohort, at=now), at=now)
    return enrolment


async def withdraw(
    tx: Transaction, enrolment_id: EnrolmentId, *, whose: Own | Everyone, by: By, reason: str, now: datetime
) -> Enrolment:
    """Give up a place or a wait; a freed place goes to the next who waits, in the same transaction, or stays free."""
    await reasons.check(tx, reasons.WITHDRAWAL, reason, on=day_of(now))
    cohort = await enrolments.lock_cohort(tx, enrolment_id)
    enrolment = await enrolments.find(tx, enrolment_id, whose)
    previous = enrolment.withdraw(by=by, reason=reason, late=cohort.is_past_cutoff(now, BANK_HOLIDAYS), at=now)
    await enrolments.save_withdrawal(tx, enrolment)
    outbox.append(tx, events.enrolment_withdrawn(enrolment, cohort, previous, at=now), at=now)
    if previous == "waitlisted":
        cohort.leave_waiting_list()
    else:
        cohort.free_place()
        await promote_next(tx, cohort, freed_by=enrolment_id, now=now)
    await cohorts.save_places(tx, cohort)
    return enrolment


async def end_places(tx: Transaction, cohort: Cohort, *, now: datetime) -> None:
    """Of a cancelled cohort nobody holds a place or waits any more; who completed the programme has completed it."""
    ended = await enrolments.end_all(tx, cohort.cohort_id, reason=COHORT_CANCELLED, at=now)
    for enrolment, previous in ended:
        outbox.append(tx, events.enrolment_withdrawn(enrolment, cohort, previous, at=now), at=now)
    cohort.end_places(sum(previous == "enrolled" for _, previous in ended))
    await cohorts.save_places(tx, cohort)


async def _take_turn(tx: Transaction, cohort: Cohort, applicant: Applicant, *, now: datetime) -> Enrolment:
    """Who waits may take a place that stayed free, if nobody has waited longer."""
    applicant.must_be_in_turn(cohort, now=now)
    following = await waiting_lists.next_waiting(tx, cohort.cohort_id)
    await promote(tx, cohort, following, freed_by=None, now=now)
    await cohorts.save_places(tx, cohort)
    return following
