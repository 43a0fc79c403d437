"""What the catalogue announces: each domain object as its published contract."""

from collections.abc import Sequence
from datetime import datetime

from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.domain.programmes import Programme
from services.enrolment.catalogue.domain.sessions import Session
from shared.contracts.enrolment.cohorts import (
    CohortCancelled,
    CohortChanged,
    CohortOpened,
    RecordingPublished,
    SessionCancelled,
    SessionRescheduled,
    SessionScheduled,
)
from shared.contracts.enrolment.programmes import ProgrammePublished, ProgrammeRetired


def programme_published(programme: Programme, *, at: datetime) -> ProgrammePublished:
    """Provider, criterion and over-booking are the academy's own business."""
    return ProgrammePublished(
        effective_at=at,
        programme_code=programme.programme_code,
        family=programme.family,
        title=programme.title,
        levels=programme.levels,
        audience=programme.audience,
        award=programme.award,
    )


def programme_retired(programme: Programme, *, at: datetime) -> ProgrammeRetired:
    """Offered no more."""
    return ProgrammeRetired(effective_at=at, programme_code=programme.programme_code)


def cohort_opened(cohort: Cohort) -> CohortOpened:
    """What may be enrolled, and from when to when."""
    return CohortOpened(
        effective_at=cohort.opened_at,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        title=cohort.title,
        seats=cohort.seats,
        places=cohort.places,
        licences=cohort.licences,
        opens_at=cohort.opens_at,
        closes_at=cohort.closes_at,
    )


def cohort_changed(cohort: Cohort, *, at: datetime) -> CohortChanged:
    """All that is said when it opens, as it is now."""
    return CohortChanged(
        effective_at=at,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        title=cohort.title,
        seats=cohort.seats,
        places=cohort.places,
        licences=cohort.licences,
        opens_at=cohort.opens_at,
        closes_at=cohort.closes_at,
    )


def cohort_cancelled(cohort: Cohort, reason: str, sessions: Sequence[Session], *, at: datetime) -> CohortCancelled:
    """The reason is a code, never free text; `sessions` are those cancelled with it."""
    return CohortCancelled(
        effective_at=at,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        reason=reason,
        session_ids=tuple(session.session_id for session in sessions),
    )


def session_scheduled(session: Session, *, at: datetime) -> SessionScheduled:
    """The reference travels; the address stays here."""
    return SessionScheduled(
        effective_at=at,
        cohort_id=session.cohort_id,
        session_id=session.session_id,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        join_ref=session.join_ref,
        calendar_sequence=session.calendar_sequence,
    )


def session_rescheduled(session: Session, before: Session, *, at: datetime) -> SessionRescheduled:
    """As it is now, and when it was to be before."""
    return SessionRescheduled(
        effective_at=at,
        cohort_id=session.cohort_id,
        session_id=session.session_id,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        join_ref=session.join_ref,
        calendar_sequence=session.calendar_sequence,
        previous_starts_at=before.starts_at,
        previous_ends_at=before.ends_at,
    )


def session_cancelled(session: Session, reason: str, *, at: datetime) -> SessionCancelled:
    """The reason is a code, never free text."""
    return SessionCancelled(
        effective_at=at,
        cohort_id=session.cohort_id,
        session_id=session.session_id,
        reason=reason,
        calendar_sequence=session.calendar_sequence,
    )


def recording_published(session: Session, *, at: datetime) -> RecordingPublished:
    """The reference travels; the address stays here."""
    if session.recording_ref is None:
        raise ValueError("a recording is announced once it has a reference")
    return RecordingPublished(
        effective_at=at,
        cohort_id=session.cohort_id,
        session_id=session.session_id,
        recording_ref=session.recording_ref,
    )
