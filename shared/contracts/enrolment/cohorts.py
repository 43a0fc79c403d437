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


class SessionScheduled(_CohortEvent):
    """A session of the cohort has a date; `calendar_sequence` rises with every later change."""

    session_id: UUID
    title: Text
    starts_at: Moment
    ends_at: Moment
    timezone: Text = "Europe/London"
    join_ref: Text
    calendar_sequence: int = 0


class RecordingPublished(_CohortEvent):
    """The recording of a held session can be watched."""

    session_id: UUID
    recording_ref: Text


PUBLISHED: tuple[type[Contract], ...] = (
    CohortOpened,
    SessionScheduled,
    RecordingPublished,
)
