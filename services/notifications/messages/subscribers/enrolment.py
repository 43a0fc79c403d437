"""What enrolment announces, as far as people are told of it."""

from services.notifications.messages.commands import recordings
from services.notifications.messages.events import cause_of
from shared.contracts.enrolment.learners import (
    RecordingNotWatched,
    RecordingWatched,
    SessionAttended,
    SessionMissed,
)
from shared.contracts.envelope import Envelope
from shared.ids import CohortId, PersonId, SessionId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(SessionMissed)
async def promise_recording(event: SessionMissed, envelope: Envelope, tx: Transaction) -> None:
    """The recording follows when there is one."""
    person_id, cohort_id, session_id = PersonId(event.person_id), CohortId(event.cohort_id), SessionId(event.session_id)
    await recordings.promise(tx, person_id, cohort_id, session_id, cause_of(envelope), apologies=event.apologies)


@subscribes(SessionAttended)
async def note_attendance(event: SessionAttended, _: Envelope, tx: Transaction) -> None:
    """A register put right: whoever was there needs no recording."""
    await recordings.note_attendance(tx, PersonId(event.person_id), SessionId(event.session_id))


@subscribes(RecordingWatched)
async def note_watched(event: RecordingWatched, _: Envelope, tx: Transaction) -> None:
    """Whoever has watched the recording needs no link to it."""
    await recordings.note_watched(tx, PersonId(event.person_id), SessionId(event.session_id))


@subscribes(RecordingNotWatched)
async def forget_watched(event: RecordingNotWatched, _: Envelope, tx: Transaction) -> None:
    """A register put right: whoever missed the session and has not watched it needs the link after all."""
    await recordings.forget_watched(tx, PersonId(event.person_id), SessionId(event.session_id))
