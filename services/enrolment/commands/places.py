from datetime import datetime

from services.enrolment import events
from services.enrolment.domain.cohorts import Cohort
from services.enrolment.domain.enrolments import Enrolment, EnrolmentId, Promotion
from services.enrolment.store import enrolments
from shared.messaging import outbox
from shared.postgres.database import Transaction


async def hand_on(tx: Transaction, cohort: Cohort, *, freed_by: EnrolmentId | None = None, now: datetime) -> None:
    """Give every free place of a locked cohort to who waits longest, as long as places are handed on.

    One withdrawal frees one place: any other had stayed free.
    """
    while cohort.hands_on_places(now=now):
        await promote(tx, cohort, await enrolments.next_waiting(tx, cohort.cohort_id), freed_by=freed_by, now=now)
        freed_by = None


async def promote(
    tx: Transaction, cohort: Cohort, lucky: Enrolment, *, freed_by: EnrolmentId | None, now: datetime
) -> None:
    """Turn a wait into a place, with rule and reason; whoever calls saves the cohort's numbers."""
    cohort.promote()
    lucky.promote(at=now)
    await enrolments.save_promotion(tx, lucky, Promotion.of(lucky, freed_by=freed_by, rule=cohort.rule, at=now))
    outbox.append(tx, events.learner_enrolled(lucky, cohort, previous="waitlisted", at=now), at=now)
