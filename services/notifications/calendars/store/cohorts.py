"""Programmes, cohorts, sessions and recordings as enrolment announced them."""

from collections.abc import Collection

from services.notifications.calendars.domain.cohorts import Cancelled, Cohort, Programme, Session
from services.notifications.messages.domain.messages import Cause
from shared.ids import CohortId, SessionId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def upsert_programme(tx: Transaction, programme: Programme) -> None:
    """The latest title counts."""
    await tx.execute(SQL["upsert_programme"], programme.code, programme.title)


async def upsert_cohort(tx: Transaction, cohort: Cohort) -> None:
    """The latest title counts."""
    await tx.execute(SQL["upsert_cohort"], cohort.id, cohort.programme_code, cohort.title)


async def lock(tx: Transaction, cohort_id: CohortId) -> None:
    """Taken before a session changes, so that no confirmation is settled between the change and its updates."""
    await tx.fetchval(SQL["lock"], cohort_id)


async def lock_shared(tx: Transaction, cohort_ids: Collection[CohortId]) -> None:
    """Taken while confirmations are settled: the sessions of these cohorts stay as they are until the commit."""
    await tx.fetch(SQL["lock_shared"], list(cohort_ids))


async def upsert_session(tx: Transaction, session: Session, cause: Cause) -> None:
    """The dates of the highest `calendar_sequence` count, whenever they come; their event is the cause of updates."""
    await tx.execute(
        SQL["upsert_session"],
        session.id,
        session.cohort_id,
        session.title,
        session.starts_at,
        session.ends_at,
        session.join_ref,
        session.calendar_sequence,
        cause.event_id,
        cause.at,
        cause.correlation_id,
    )


async def cancel_session(tx: Transaction, cancelled: Cancelled, cause: Cause) -> None:
    """It does not take place; its event is the cause of what is told of it."""
    await tx.execute(
        SQL["cancel_session"],
        cancelled.session_id,
        cancelled.calendar_sequence,
        cause.event_id,
        cause.at,
        cause.correlation_id,
    )


async def cancel_sessions(tx: Transaction, session_ids: Collection[SessionId], cause: Cause) -> None:
    """They do not take place, and are told of by the cause's time; each change has the next number in calendars."""
    await tx.execute(SQL["cancel_sessions"], list(session_ids), cause.event_id, cause.at, cause.correlation_id)


async def upsert_recording(tx: Transaction, session_id: SessionId, recording_ref: str) -> None:
    """The latest recording counts."""
    await tx.execute(SQL["upsert_recording"], session_id, recording_ref)
