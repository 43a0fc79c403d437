from dataclasses import replace
from datetime import datetime

from services.enrolment.catalogue import events
from services.enrolment.catalogue.commands.reactions import Reactions
from services.enrolment.catalogue.domain.changes import Action, Change, FieldChange, difference
from services.enrolment.catalogue.domain.sessions import Session, SessionPlan
from services.enrolment.catalogue.store import changes, cohorts, link_hosts, reasons, sessions
from shared.ids import CohortId, SessionId
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.upserts import ExpectedVersion
from shared.whose import EVERYONE, Everyone, Provider


async def schedule(
    tx: Transaction, cohort_id: CohortId, plan: SessionPlan, *, by: str, reactions: Reactions, now: datetime
) -> Session:
    """Give a session of the cohort its date; who completed the programme without it may have to come again."""
    hosts = await link_hosts.in_force(tx, plan.join_url, day_of(now))
    cohort = await cohorts.lock(tx, cohort_id)
    session = Session.scheduled(cohort, plan, hosts, planned=await sessions.count(tx, cohort_id))
    await sessions.insert(tx, session)
    await cohorts.count_sessions(tx, cohort)
    await _note(tx, session, "created", by=by, at=now)
    outbox.append(tx, events.session_scheduled(session, at=now), at=now)
    await reactions.session_added(tx, cohort, now=now)
    return session


async def edit_session(
    tx: Transaction,
    session_id: SessionId,
    plan: SessionPlan,
    *,
    expected_version: ExpectedVersion,
    by: str,
    reactions: Reactions,
    now: datetime,
) -> Session:
    """Decide otherwise about a session; calendars follow its time and title. The same again changes nothing."""
    cohort = await cohorts.lock_of_session(tx, session_id)
    session = await sessions.find(tx, session_id, EVERYONE)
    if plan == session.plan:
        return session
    expected_version.must_allow(session.version)
    hosts = await link_hosts.in_force(tx, plan.join_url, day_of(now))
    before = replace(session)
    is_seen = session.edit(plan, cohort, hosts, now=now)
    await sessions.save_plan(tx, session)
    await _note(tx, session, "edited", by=by, at=now, fields=difference(before.plan, plan))
    if is_seen:
        outbox.append(tx, events.session_rescheduled(session, before, at=now), at=now)
    await cohorts.count_sessions(tx, cohort)
    await reactions.cohort_changed(tx, cohort, now=now)
    return session


async def cancel_session(
    tx: Transaction, session_id: SessionId, reason: str, *, by: str, reactions: Reactions, now: datetime
) -> Session:
    """A session of a cohort that goes on does not take place; who was at all others has completed the programme."""
    await reasons.check(tx, reasons.CANCELLATION, reason, on=day_of(now))
    cohort = await cohorts.lock_of_session(tx, session_id)
    session = await sessions.find(tx, session_id, EVERYONE)
    session.cancel(reason, at=now)
    await sessions.save_cancellations(tx, [session], reason, at=now)
    await _note(tx, session, "cancelled", by=by, at=now)
    outbox.append(tx, events.session_cancelled(session, reason, at=now), at=now)
    await cohorts.count_sessions(tx, cohort)
    await reactions.cohort_changed(tx, cohort, now=now)
    await reactions.session_cancelled(tx, cohort, now=now)
    return session


async def publish_recording(
    tx: Transaction, session_id: SessionId, recording_url: str, *, whose: Provider | Everyone, by: str, now: datetime
) -> Session:
    """Say where the recording of a session is; a provider says so of its own sessions only."""
    await cohorts.lock_of_session(tx, session_id)
    session = await sessions.find(tx, session_id, whose)
    hosts = await link_hosts.in_force(tx, recording_url, day_of(now))
    before = replace(session)
    if session.publish_recording(recording_url, hosts, now=now):
        await sessions.save_recording(tx, session)
        await _note(tx, session, "edited", by=by, at=now, fields=difference(before, session))
        outbox.append(tx, events.recording_published(session, at=now), at=now)
    return session


async def hold(tx: Transaction, session: Session, *, by: str, now: datetime) -> None:
    """Its register tells of the day: from the first time on it counts as held, and its cohort has begun."""
    before = replace(session)
    if session.hold(at=now):
        await sessions.save_held(tx, session)
        await cohorts.save_start(tx, session.cohort_id, session.starts_at)
        await _note(tx, session, "edited", by=by, at=now, fields=difference(before, session))


async def _note(
    tx: Transaction,
    session: Session,
    action: Action,
    *,
    by: str,
    at: datetime,
    fields: dict[str, FieldChange] | None = None,
) -> None:
    change = Change.of("session", session.session_id, session.version, action, by=by, at=at, fields=fields)
    await changes.insert(tx, change)
