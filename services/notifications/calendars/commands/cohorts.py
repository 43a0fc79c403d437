"""Keep what enrolment announces of its programmes, cohorts, sessions and recordings."""

from collections.abc import Collection
from dataclasses import replace

from services.notifications.calendars.commands.invitations import ask_for_updates
from services.notifications.calendars.domain.cohorts import TOLD_AFTER, Cancelled, Cohort, Programme, Session
from services.notifications.calendars.store import cohorts
from services.notifications.messages.domain.messages import Cause
from services.notifications.messages.store import recordings
from shared.ids import CohortId, SessionId
from shared.postgres.database import Transaction


async def upsert_programme(tx: Transaction, programme: Programme) -> None:
    """Its title stands in messages from now on."""
    await cohorts.upsert_programme(tx, programme)


async def upsert_cohort(tx: Transaction, cohort: Cohort) -> None:
    """Messages that waited for this cohort become due by it."""
    await cohorts.upsert_cohort(tx, cohort)


async def upsert_session(tx: Transaction, session: Session, cause: Cause) -> None:
    """Whoever was confirmed before this session was known in its present form gets an update."""
    await cohorts.lock(tx, session.cohort_id)
    await cohorts.upsert_session(tx, session, cause)
    await ask_for_updates(tx, {session.cohort_id}, at=cause.at)


async def cancel_session(tx: Transaction, cancelled: Cancelled, cause: Cause) -> None:
    """Whoever's calendar holds it is told; of the rest nobody expects it."""
    await cohorts.lock(tx, cancelled.cohort_id)
    await cohorts.cancel_session(tx, cancelled, cause)
    await ask_for_updates(tx, {cancelled.cohort_id}, at=cause.at)


async def cancel_cohort(tx: Transaction, cohort_id: CohortId, session_ids: Collection[SessionId], cause: Cause) -> None:
    """Who completed the programme holds on to the place: their calendars are cleared a little later."""
    await cohorts.lock(tx, cohort_id)
    later = replace(cause, at=cause.at + TOLD_AFTER)
    await cohorts.cancel_sessions(tx, session_ids, later)
    await ask_for_updates(tx, {cohort_id}, at=cause.at)


async def upsert_recording(tx: Transaction, session_id: SessionId, recording_ref: str) -> None:
    """Messages that waited for this recording become due by it."""
    await cohorts.upsert_recording(tx, session_id, recording_ref)
    await recordings.promise_recorded(tx, session_id)
