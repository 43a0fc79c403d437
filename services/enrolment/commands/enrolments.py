from datetime import datetime

from services.enrolment import events
from services.enrolment.domain.cohorts import Cohort, CohortId
from services.enrolment.domain.enrolments import By, Enrolment, EnrolmentId, Method, Promotion, Waiting
from services.enrolment.domain.london import day_of
from services.enrolment.store import cohorts, enrolments
from shared.ids import PersonId
from shared.messaging import outbox
from shared.postgres.database import Transaction


async def enrol(
    tx: Transaction, cohort_id: CohortId, person_id: PersonId, *, method: Method, now: datetime
) -> Enrolment:
    """Give the person a place, while there is one."""
    cohort = await cohorts.lock(tx, cohort_id)
    applicant = await enrolments.applicant(tx, cohort_id, person_id)
    applicant.must_be_new_here()
    cohort.take_place(now=now)
    enrolment = Enrolment.confirmed(cohort_id, applicant, method=method, at=now)
    await cohorts.save_places(tx, cohort)
    await enrolments.insert(tx, enrolment)
    outbox.append(tx, events.learner_enrolled(enrolment, cohort, at=now), at=now)
    return enrolment


async def join_waiting_list(
    tx: Transaction, cohort_id: CohortId, person_id: PersonId, *, method: Method, now: datetime
) -> Waiting:
    """Put the person on the list of a full cohort; answers where they stand and by which rule places are handed on."""
    cohort = await cohorts.lock(tx, cohort_id)
    applicant = await enrolments.applicant(tx, cohort_id, person_id)
    applicant.must_be_new_here()
    ticket = cohort.join_waiting_list(now=now)
    enrolment = Enrolment.waiting(cohort_id, applicant, method=method, ticket=ticket, at=now)
    await cohorts.save_places(tx, cohort)
    await enrolments.insert(tx, enrolment)
    outbox.append(tx, events.learner_waitlisted(enrolment, cohort, at=now), at=now)
    return Waiting(enrolment.enrolment_id, cohort.waiting, cohort.rule)


async def withdraw(
    tx: Transaction, enrolment_id: EnrolmentId, *, holder: PersonId | None, by: By, reason: str, now: datetime
) -> Enrolment:
    """Give up a place or a wait; a freed place goes to the next who waits, in the same transaction."""
    cohort = await cohorts.lock_of_enrolment(tx, enrolment_id)
    enrolment = await enrolments.find(tx, enrolment_id, holder=holder)
    previous = enrolment.withdraw(by=by, reason=reason, late=await _is_late(tx, cohort, now), at=now)
    await enrolments.save_withdrawal(tx, enrolment)
    outbox.append(tx, events.enrolment_withdrawn(enrolment, cohort, previous, at=now), at=now)
    if previous == "waitlisted":
        cohort.leave_waiting_list()
    else:
        cohort.free_place()
        await _hand_on(tx, cohort, freed_by=enrolment_id, now=now)
    await cohorts.save_places(tx, cohort)
    return enrolment


async def _is_late(tx: Transaction, cohort: Cohort, now: datetime) -> bool:
    if cohort.first_session_at is None:
        return False
    holidays = await cohorts.bank_holidays(tx, day_of(now), day_of(cohort.first_session_at))
    return cohort.is_past_cutoff(now, holidays)


async def _hand_on(tx: Transaction, cohort: Cohort, *, freed_by: EnrolmentId, now: datetime) -> None:
    if not cohort.hands_on_places(now=now):
        return
    cohort.promote()
    lucky = await enrolments.next_waiting(tx, cohort.cohort_id)
    lucky.promote(at=now)
    await enrolments.save_promotion(tx, lucky, Promotion.of(lucky, freed_by=freed_by, rule=cohort.rule, at=now))
    outbox.append(tx, events.learner_enrolled(lucky, cohort, previous="waitlisted", at=now), at=now)
