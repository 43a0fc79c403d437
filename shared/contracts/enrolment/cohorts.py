"""Cohorts and their sessions, by cohort."""

from uuid import UUID

from shared.contracts.envelope import Contract
from shared.fields import Moment, Text


class _CohortEvent(Contract):
    topic = "enrolment.cohorts"
    key_field = "cohort_id"

    cohort_id: UUID


class CohortOpened(_CohortEvent):
    """A cohort takes enrolments; seats are what the room holds, places what may be enrolled."""

    programme_code: Text
    title: Text
    seats: int
    places: int
    licences: int | None = None
    opens_at: Moment
    closes_at: Moment


class CohortChanged(_CohortEvent):
    """What is offered of a cohort is another now; the fields say all of it, as when it opened."""

    programme_code: Text
    title: Text
    seats: int
    places: int
    licences: int | None = None
    opens_at: Moment
    closes_at: Moment


class CohortCancelled(_CohortEvent):
    """The cohort does not take place or does not go on: no session that was still to be held is.

    Every place and every wait ends with it, each by an EnrolmentWithdrawn of the reason `cohort_cancelled`; who
    completed the programme has completed it. `session_ids` are the sessions that do not take place.
    """

    programme_code: Text
    reason: Text
    session_ids: tuple[UUID, ...] = ()


class SessionScheduled(_CohortEvent):
    """A session of the cohort has a date; `calendar_sequence` rises with every later change."""

    session_id: UUID
    title: Text
    starts_at: Moment
    ends_at: Moment
    timezone: Text = "Europe/London"
    join_ref: Text
    calendar_sequence: int = 0


class SessionRescheduled(_CohortEvent):
    """A session has another time or title; `calendar_sequence` is higher than before, the calendar entry the same."""

    session_id: UUID
    title: Text
    starts_at: Moment
    ends_at: Moment
    timezone: Text = "Europe/London"
    join_ref: Text
    calendar_sequence: int
    previous_starts_at: Moment
    previous_ends_at: Moment


class SessionCancelled(_CohortEvent):
    """A session of a cohort that goes on does not take place; `calendar_sequence` is higher than before."""

    session_id: UUID
    reason: Text
    calendar_sequence: int


class RecordingPublished(_CohortEvent):
    """The recording of a held session can be watched."""

    session_id: UUID
    recording_ref: Text


PUBLISHED: tuple[type[Contract], ...] = (
    CohortOpened,
    CohortChanged,
    CohortCancelled,
    SessionScheduled,
    SessionRescheduled,
    SessionCancelled,
    RecordingPublished,
)
