"""Places, attendance and completion, by person."""

from typing import Literal
from uuid import UUID

from shared.contracts.envelope import Contract
from shared.fields import Text

Method = Literal["self", "manager", "nomination", "team"]


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
    """The person gave up a place or left the waiting list; `late` is after the cut-off.

    `reason` is a code of the list of withdrawal reasons, or `cohort_cancelled`.
    """

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


class RecordingNotWatched(_AttendanceEvent):
    """A register was corrected: what `RecordingWatched` told is not so. The day stays as it was told."""


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


PUBLISHED: tuple[type[Contract], ...] = (
    LearnerEnrolled,
    LearnerWaitlisted,
    EnrolmentWithdrawn,
    SessionAttended,
    SessionMissed,
    RecordingWatched,
    RecordingNotWatched,
    ProgrammeCompleted,
    CompletionWithdrawn,
)
