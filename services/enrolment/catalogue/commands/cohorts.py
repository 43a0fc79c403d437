from datetime import datetime

from services.enrolment.catalogue import events
from services.enrolment.catalogue.domain.cohorts import Cohort, CohortPlan
from services.enrolment.catalogue.store import cohorts, programmes
from shared.messaging import outbox
from shared.postgres.database import Transaction


async def open_cohort(tx: Transaction, plan: CohortPlan, *, now: datetime) -> Cohort:
    """Open a cohort for enrolment, within what its programme allows; nobody edits the programme meanwhile."""
    programme = await programmes.lock(tx, plan.programme_code)
    cohort = Cohort.opened(plan, programme, at=now)
    await cohorts.insert(tx, cohort)
    outbox.append(tx, events.cohort_opened(cohort), at=now)
    return cohort
