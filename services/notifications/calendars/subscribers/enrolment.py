"""What enrolment announces of cohorts and places, as far as calendars and messages tell of it."""

from services.notifications.calendars.commands import places
from services.notifications.calendars.commands.cohorts import (
    cancel_cohort,
    cancel_session,
    upsert_cohort,
    upsert_programme,
    upsert_recording,
    upsert_session,
)
from services.notifications.calendars.domain.cohorts import Cancelled, Cohort, Programme, Session
from services.notifications.messages.events import cause_of
from shared.contracts.enrolment.cohorts import (
    CohortCancelled,
    CohortChanged,
    CohortOpened,
    RecordingPublished,
    SessionCancelled,
    SessionRescheduled,
    SessionScheduled,
)
from shared.contracts.enrolment.learners import (
    EnrolmentWithdrawn,
    LearnerEnrolled,
    LearnerWaitlisted,
)
from shared.contracts.enrolment.programmes import ProgrammePublished
from shared.contracts.envelope import Envelope
from shared.ids import CohortId, PersonId, SessionId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction

_COHORT_CANCELLED = "cohort_cancelled"
"""As `EnrolmentWithdrawn` tells it."""


@subscribes(ProgrammePublished)
async def upsert_title_of_programme(event: ProgrammePublished, _: Envelope, tx: Transaction) -> None:
    """The name participants know the programme by."""
    await upsert_programme(tx, Programme(event.programme_code, event.title))


@subscribes(CohortOpened)
async def upsert_title_of_cohort(event: CohortOpened, _: Envelope, tx: Transaction) -> None:
    """The name participants know the cohort by."""
    await upsert_cohort(tx, Cohort(CohortId(event.cohort_id), event.programme_code, event.title))


@subscribes(CohortChanged)
async def upsert_new_title_of_cohort(event: CohortChanged, _: Envelope, tx: Transaction) -> None:
    """The name participants know the cohort by from now on."""
    await upsert_cohort(tx, Cohort(CohortId(event.cohort_id), event.programme_code, event.title))


@subscribes(CohortCancelled)
async def cancel_what_was_to_come(event: CohortCancelled, envelope: Envelope, tx: Transaction) -> None:
    """Whose place ends is told by that; whoever completed the programme keeps it, and expects the sessions still."""
    session_ids = [SessionId(session_id) for session_id in event.session_ids]
    await cancel_cohort(tx, CohortId(event.cohort_id), session_ids, cause_of(envelope))


@subscribes(SessionScheduled)
async def upsert_dates(event: SessionScheduled, envelope: Envelope, tx: Transaction) -> None:
    """A new date."""
    await upsert_session(tx, _session(event), cause_of(envelope))


@subscribes(SessionRescheduled)
async def upsert_new_dates(event: SessionRescheduled, envelope: Envelope, tx: Transaction) -> None:
    """A date that is another one now."""
    await upsert_session(tx, _session(event), cause_of(envelope))


@subscribes(SessionCancelled)
async def cancel_dates(event: SessionCancelled, envelope: Envelope, tx: Transaction) -> None:
    """A date that is none any more."""
    cancelled = Cancelled(SessionId(event.session_id), CohortId(event.cohort_id), event.calendar_sequence)
    await cancel_session(tx, cancelled, cause_of(envelope))


def _session(event: SessionScheduled | SessionRescheduled) -> Session:
    return Session(
        SessionId(event.session_id),
        CohortId(event.cohort_id),
        event.title,
        event.starts_at,
        event.ends_at,
        event.join_ref,
        event.calendar_sequence,
    )


@subscribes(RecordingPublished)
async def upsert_recording_link(event: RecordingPublished, _: Envelope, tx: Transaction) -> None:
    """Those who missed the session get it now."""
    await upsert_recording(tx, SessionId(event.session_id), event.recording_ref)


@subscribes(LearnerEnrolled)
async def confirm_place(event: LearnerEnrolled, envelope: Envelope, tx: Transaction) -> None:
    """A place is confirmed at once, with its dates."""
    promoted = event.previous == "waitlisted"
    person_id, cohort_id = PersonId(event.person_id), CohortId(event.cohort_id)
    await places.take_place(tx, person_id, cohort_id, cause_of(envelope), came_off_waiting_list=promoted)


@subscribes(LearnerWaitlisted)
async def confirm_waiting(event: LearnerWaitlisted, envelope: Envelope, tx: Transaction) -> None:
    """Nobody waits without knowing it."""
    person_id, cohort_id = PersonId(event.person_id), CohortId(event.cohort_id)
    await places.join_waiting_list(tx, person_id, cohort_id, cause_of(envelope), rank=event.rank)


@subscribes(EnrolmentWithdrawn)
async def confirm_withdrawal(event: EnrolmentWithdrawn, envelope: Envelope, tx: Transaction) -> None:
    """Whoever withdrew, the person is told and their calendar cleared."""
    person_id, cohort_id = PersonId(event.person_id), CohortId(event.cohort_id)
    had_place, by_learner = event.previous == "enrolled", event.by == "learner"
    if event.reason == _COHORT_CANCELLED:
        await places.end(tx, person_id, cohort_id, cause_of(envelope), had_place=had_place)
    else:
        await places.withdraw(tx, person_id, cohort_id, cause_of(envelope), had_place=had_place, by_learner=by_learner)
