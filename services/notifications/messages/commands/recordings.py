"""Who is sent the recording of a session: whoever is last told to have missed it, once.

Events of one person come in order, so the last word is the latest. A mail that is on its way may still leave: nobody
waits for it, and once it has left nothing else is sent about that recording.
"""

from datetime import datetime

from services.notifications.messages.commands.messages import ask_for
from services.notifications.messages.domain.messages import RECORDING_COMES_WITHIN, Cause, Purpose, Silence
from services.notifications.messages.store import recordings
from shared.ids import CohortId, PersonId, SessionId
from shared.postgres.database import Transaction


async def promise(
    tx: Transaction, person_id: PersonId, cohort_id: CohortId, session_id: SessionId, cause: Cause, *, apologies: bool
) -> None:
    """The participant gets the recording as soon as there is one, with the apologies as last told."""
    await recordings.keep_back_recording(tx, person_id, session_id, Silence.SUPERSEDED)
    await ask_for(
        tx,
        Purpose.RECORDING,
        person_id,
        cause,
        cohort_id=cohort_id,
        session_id=session_id,
        details={"apologies": apologies},
    )
    await recordings.keep_back_needless_recording(tx, person_id, session_id)


async def give_up(tx: Transaction, *, now: datetime, limit: int) -> int:
    """Of sessions that nobody recorded no message waits for ever; how many were given up.

    A recording may come while it is given up: what was missed by that is promised here, an hour later.
    """
    await recordings.promise_recorded(tx)
    return await recordings.give_up_unrecorded(tx, due_before=now - RECORDING_COMES_WITHIN, limit=limit)


async def note_attendance(tx: Transaction, person_id: PersonId, session_id: SessionId) -> None:
    """The participant needs it no more, unless they are told to have missed the session after all."""
    await recordings.keep_back_recording(tx, person_id, session_id, Silence.ATTENDED)


async def note_watched(tx: Transaction, person_id: PersonId, session_id: SessionId) -> None:
    """The participant needs it no more, whatever the register says of the day later."""
    await recordings.note_watched(tx, person_id, session_id)
    await recordings.keep_back_recording(tx, person_id, session_id, Silence.WATCHED)


async def forget_watched(tx: Transaction, person_id: PersonId, session_id: SessionId) -> None:
    """The participant gets what was kept back for it, unless another word has kept it back since."""
    await recordings.forget_watched(tx, person_id, session_id)
    await recordings.promise_watched_again(tx, person_id, session_id)
