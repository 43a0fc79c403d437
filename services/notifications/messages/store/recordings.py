"""Who is sent the recording of a session."""

from collections.abc import Collection
from datetime import datetime

from services.notifications.messages.domain.messages import MessageId, Silence
from shared.ids import CohortId, PersonId, SessionId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def keep_back_recording(tx: Transaction, person_id: PersonId, session_id: SessionId, why: Silence) -> None:
    """What waits is not sent; what is on its way counts as kept back only if it does not leave."""
    await tx.execute(SQL["keep_back_recording"], person_id, session_id, why)


async def give_up_unrecorded(tx: Transaction, *, due_before: datetime, limit: int) -> int:
    """How many messages about recordings that did not come are kept back for it."""
    return len(await tx.fetch(SQL["give_up_unrecorded"], due_before, limit))


async def promise_recorded(tx: Transaction, session_id: SessionId | None = None) -> None:
    """What was kept back because the recording did not come is sent now that it is there: of one session, or of all."""
    await tx.execute(SQL["promise_recorded"], session_id)


async def note_watched(tx: Transaction, person_id: PersonId, session_id: SessionId) -> None:
    """The person has watched the recording of the session."""
    await tx.execute(SQL["note_watched"], person_id, session_id)


async def forget_watched(tx: Transaction, person_id: PersonId, session_id: SessionId) -> None:
    """The person has not watched the recording of the session after all."""
    await tx.execute(SQL["forget_watched"], person_id, session_id)


async def promise_watched_again(tx: Transaction, person_id: PersonId, session_id: SessionId) -> None:
    """What was kept back because the recording was watched is sent, now that it was not."""
    await tx.execute(SQL["promise_watched_again"], person_id, session_id)


async def keep_back_needless_recording(tx: Transaction, person_id: PersonId, session_id: SessionId) -> None:
    """What waits for whoever was sent the recording before, or has watched it, is not sent."""
    await tx.execute(SQL["keep_back_needless_recording"], person_id, session_id)


async def promise_recordings_again(tx: Transaction, person_id: PersonId, cohort_id: CohortId) -> None:
    """What was kept back because the place was given up is sent, now that it is held again."""
    await tx.execute(SQL["promise_recordings_again"], person_id, cohort_id)


async def keep_back_told_recordings(tx: Transaction, left: Collection[MessageId]) -> None:
    """Of a recording that has left nothing else is sent."""
    await tx.execute(SQL["keep_back_told_recordings"], list(left))
