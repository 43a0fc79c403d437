from collections.abc import Sequence
from datetime import datetime

from services.enrolment.catalogue.domain.sessions import Session, SessionNotFound
from shared.ids import CohortId, SessionId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Provider, provider

SQL = Queries(__file__)


async def insert(tx: Transaction, session: Session) -> None:
    """Store a new session."""
    await tx.execute(
        SQL["insert"],
        session.session_id,
        session.cohort_id,
        session.title,
        session.starts_at,
        session.ends_at,
        session.join_ref,
        session.join_url,
        session.calendar_sequence,
    )


async def find(tx: Transaction, session_id: SessionId, whose: Provider | Everyone) -> Session:
    """The session; SessionNotFound where there is none, or none of theirs."""
    row = await tx.fetchrow(SQL["find_for_provider"], session_id, provider(whose))
    if row is None:
        raise SessionNotFound
    return Session(**row)


async def count(tx: Transaction, cohort_id: CohortId) -> int:
    """How many a cohort has, cancelled ones too."""
    return await tx.fetchval(SQL["count"], cohort_id)


async def last_starts_at(tx: Transaction, cohort_id: CohortId) -> datetime | None:
    """When the last of those that take place starts."""
    return await tx.fetchval(SQL["last_starts_at"], cohort_id)


async def of_cohort(tx: Transaction, cohort_id: CohortId) -> list[Session]:
    """The sessions of a cohort in the order of their dates."""
    return [Session(**row) for row in await tx.fetch(SQL["of_cohort"], cohort_id)]


async def save_plan(tx: Transaction, session: Session) -> None:
    """Save what was decided about it otherwise."""
    await tx.execute(
        SQL["save_plan"],
        session.session_id,
        session.title,
        session.starts_at,
        session.ends_at,
        session.join_url,
        session.calendar_sequence,
        session.version,
    )


async def save_cancellations(tx: Transaction, cancelled: Sequence[Session], reason: str, *, at: datetime) -> None:
    """Save that these do not take place."""
    await tx.execute(
        SQL["save_cancellations"],
        [session.session_id for session in cancelled],
        at,
        reason,
        [session.calendar_sequence for session in cancelled],
        [session.version for session in cancelled],
    )


async def save_recording(tx: Transaction, session: Session) -> None:
    """Save where the recording is and under which reference it is told."""
    await tx.execute(
        SQL["save_recording"], session.session_id, session.recording_url, session.recording_ref, session.version
    )


async def save_held(tx: Transaction, session: Session) -> None:
    """Save since when it counts as held."""
    await tx.execute(SQL["save_held"], session.session_id, session.held_at, session.version)
