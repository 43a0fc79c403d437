"""What a register announces, and what follows from it."""

from datetime import datetime
from typing import Literal

from services.enrolment.attendance.domain.completions import Graduate, Record
from services.enrolment.attendance.domain.registers import Entry, Participant
from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.domain.programmes import Programme
from services.enrolment.catalogue.domain.sessions import Session
from shared.contracts.enrolment.learners import (
    CompletionWithdrawn,
    ProgrammeCompleted,
    RecordingNotWatched,
    RecordingWatched,
    SessionAttended,
    SessionMissed,
)
from shared.contracts.envelope import Contract

Shortfall = Literal["register_corrected", "session_added"]


def attendance_event(entry: Entry, session: Session, programme_code: str, *, at: datetime) -> Contract:
    """One row of a register as the event of its mode: the day takes effect when the session started."""
    about = {
        "person_id": entry.participant.person_id,
        "session_id": session.session_id,
        "cohort_id": session.cohort_id,
        "programme_code": programme_code,
    }
    row = entry.row
    match row.mode:
        case "recording":
            return RecordingWatched.model_validate({**about, "effective_at": at})
        case "not_watched":
            return RecordingNotWatched.model_validate({**about, "effective_at": at})
        case "missed":
            missed = {**about, "effective_at": session.starts_at, "apologies": row.apologies}
            return SessionMissed.model_validate(missed)
        case "live" | "part":
            attended = {**about, "effective_at": session.starts_at, "mode": row.mode, "minutes": row.minutes}
            return SessionAttended.model_validate(attended)


def programme_completed(
    participant: Participant | Record, cohort: Cohort, programme: Programme, *, at: datetime
) -> ProgrammeCompleted:
    """The criterion is met; the award is the programme's."""
    return ProgrammeCompleted(
        effective_at=at,
        person_id=participant.person_id,
        enrolment_id=participant.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        award=programme.award,
    )


def completion_withdrawn(
    once: Participant | Graduate, cohort: Cohort, programme: Programme, *, reason: Shortfall, at: datetime
) -> CompletionWithdrawn:
    """The criterion is no longer met; the award named is the one no longer earned."""
    return CompletionWithdrawn(
        effective_at=at,
        person_id=once.person_id,
        enrolment_id=once.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        award=programme.award,
        reason=reason,
    )
