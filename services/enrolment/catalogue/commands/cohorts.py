from datetime import datetime

from services.enrolment.catalogue import events
from services.enrolment.catalogue.commands.reactions import Reactions
from services.enrolment.catalogue.domain.changes import Change, difference
from services.enrolment.catalogue.domain.cohort_plans import CohortPlan
from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.domain.sessions import still_to_come
from services.enrolment.catalogue.store import changes, cohorts, programmes, reasons, sessions
from shared.ids import CohortId
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.upserts import ExpectedVersion


async def open_cohort(tx: Transaction, plan: CohortPlan, *, by: str, now: datetime) -> Cohort:
    """Open a cohort for enrolment, within what its programme allows; nobody edits the programme meanwhile."""
    programme = await programmes.lock(tx, plan.programme_code)
    cohort = Cohort.opened(plan, programme, at=now)
    await cohorts.insert(tx, cohort)
    await changes.insert(tx, Change.of("cohort", cohort.cohort_id, cohort.version, "created", by=by, at=now))
    outbox.append(tx, events.cohort_opened(cohort), at=now)
    return cohort


async def edit_cohort(
    tx: Transaction,
    cohort_id: CohortId,
    plan: CohortPlan,
    *,
    expected_version: ExpectedVersion,
    by: str,
    reactions: Reactions,
    now: datetime,
) -> Cohort:
    """Decide otherwise about a cohort; new places go to those who wait. The same again changes nothing."""
    programme = await programmes.lock(tx, plan.programme_code)
    cohort = await cohorts.lock(tx, cohort_id)
    before = cohort.plan
    if plan == before:
        return cohort
    expected_version.must_allow(cohort.version)
    cohort.edit(plan, programme, last_session_at=await sessions.last_starts_at(tx, cohort_id))
    await cohorts.save_plan(tx, cohort)
    fields = difference(before, plan)
    await changes.insert(tx, Change.of("cohort", cohort_id, cohort.version, "edited", by=by, at=now, fields=fields))
    outbox.append(tx, events.cohort_changed(cohort, at=now), at=now)
    await reactions.cohort_changed(tx, cohort, now=now)
    return cohort


async def cancel_cohort(
    tx: Transaction, cohort_id: CohortId, reason: str, *, by: str, reactions: Reactions, now: datetime
) -> Cohort:
    """Every session that was still to be held is cancelled, every place and wait ends; what was held stays."""
    await reasons.check(tx, reasons.CANCELLATION, reason, on=day_of(now))
    cohort = await cohorts.lock(tx, cohort_id)
    cohort.cancel(reason, at=now)
    to_come = still_to_come(await sessions.of_cohort(tx, cohort_id), now)
    for session in to_come:
        session.cancel(reason, at=now)
    await sessions.save_cancellations(tx, to_come, reason, at=now)
    await cohorts.save_cancellation(tx, cohort)
    await cohorts.count_sessions(tx, cohort)
    await changes.insert(tx, Change.of("cohort", cohort_id, cohort.version, "cancelled", by=by, at=now))
    for session in to_come:
        await changes.insert(tx, Change.of("session", session.session_id, session.version, "cancelled", by=by, at=now))
    outbox.append(tx, events.cohort_cancelled(cohort, reason, to_come, at=now), at=now)
    await reactions.cohort_cancelled(tx, cohort, now=now)
    return cohort
