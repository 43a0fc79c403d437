"""Events the enrolment service publishes."""

from typing import Literal
from uuid import UUID

from shared.contracts.contacts import ContactDetails
from shared.contracts.envelope import Contract, Payload
from shared.fields import Day, Moment, Text

Method = Literal["self", "manager", "nomination", "team"]


class _ProgrammeEvent(Contract):
    topic = "enrolment.programmes"
    key_field = "programme_code"

    programme_code: Text


class ProgrammePublished(_ProgrammeEvent):
    """A programme is offered, or its description changed."""

    family: Text
    title: Text
    levels: tuple[Literal["I", "We", "Us"], ...]
    audience: Text
    award: Text | None = None


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


class _LearnerEvent(Contract):
    topic = "enrolment.learners"
    key_field = "person_id"

    person_id: UUID


class LearnerEnrolled(_LearnerEvent):
    """The person holds a place; `previous` tells whether it came off the waiting list."""

    enrolment_id: UUID
    cohort_id: UUID
    programme_code: Text
    system: Text
    organisation: Text
    staff_group: Text
    profession: Text
    band: Text
    method: Method
    licence_id: UUID | None = None
    previous: Literal["none", "waitlisted"] = "none"


class LearnerWaitlisted(_LearnerEvent):
    """The cohort was full; the person waits at `rank` under the published `rule`."""

    enrolment_id: UUID
    cohort_id: UUID
    programme_code: Text
    rank: int
    rule: Text


class EnrolmentWithdrawn(_LearnerEvent):
    """The person gave up a place or left the waiting list; `late` is after the cut-off."""

    enrolment_id: UUID
    cohort_id: UUID
    programme_code: Text
    previous: Literal["enrolled", "waitlisted"]
    by: Literal["learner", "academy"]
    reason: Text
    late: bool


class _AttendanceEvent(_LearnerEvent):
    session_id: UUID
    cohort_id: UUID
    programme_code: Text


class SessionAttended(_AttendanceEvent):
    """On the day: `live` is 75 % of the minutes or more, `part` is less; `minutes` where somebody counted them."""

    mode: Literal["live", "part"]
    minutes: int | None = None
    source: Literal["register", "teams_report"] = "register"


class SessionMissed(_AttendanceEvent):
    """Not there on the day; apologies are noted and stay in the base of every percentage."""

    apologies: bool


class RecordingWatched(_AttendanceEvent):
    """Caught up by recording: counts towards completion where the programme says so, never as attendance."""


class ProgrammeCompleted(_LearnerEvent):
    """The programme's own completion criterion is met."""

    enrolment_id: UUID
    cohort_id: UUID
    programme_code: Text
    award: Text | None = None


class CompletionWithdrawn(_LearnerEvent):
    """A register was corrected or a session added, so the criterion is no longer met; it may be met again."""

    enrolment_id: UUID
    cohort_id: UUID
    programme_code: Text
    award: Text | None = None
    reason: Literal["register_corrected", "session_added"]


class ContactChanged(ContactDetails):
    """A learner's contact details: new, changed, or said again for a reader that lost them.

    `effective_at` is when they changed last: of what several services say of one person, the latest counts.
    """

    topic = "enrolment.contacts"


class ReachCell(Payload):
    """One cell of a published table; `people` is None where small numbers are hidden."""

    dimension: Text
    code: Text
    people: int | None


class ReachSnapshotPublished(Contract):
    """What is published of a month, quarter or financial year that is over; a correction makes the next `revision`.

    Counts of people are rounded to the nearest five, or hidden; of a financial year the annual review's are exact.
    """

    topic = "enrolment.activity"
    key_field = "activity_id"

    activity_id: UUID
    period_from: Day
    period_to: Day
    profile: Text
    revision: int = 1
    interventions: int
    enrolments: int
    attended_percent: int
    cells: tuple[ReachCell, ...]


PUBLISHED: tuple[type[Contract], ...] = (
    ProgrammePublished,
    CohortOpened,
    SessionScheduled,
    RecordingPublished,
    LearnerEnrolled,
    LearnerWaitlisted,
    EnrolmentWithdrawn,
    SessionAttended,
    SessionMissed,
    RecordingWatched,
    ProgrammeCompleted,
    CompletionWithdrawn,
    ContactChanged,
    ReachSnapshotPublished,
)
