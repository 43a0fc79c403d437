"""What enrolment announces: each domain object as its published contract."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from services.enrolment.domain.cohorts import Cohort
from services.enrolment.domain.enrolments import Enrolment, Graduate, State
from services.enrolment.domain.learners import Learner
from services.enrolment.domain.programmes import Programme
from services.enrolment.domain.reach_reports import ReachReport
from services.enrolment.domain.registers import Entry, Participant
from services.enrolment.domain.sessions import Session
from shared.contracts import enrolment as published
from shared.contracts.envelope import Contract
from shared.errors import Conflict
from shared.ids import new_id

Shortfall = Literal["register_corrected", "session_added"]

ANNOUNCES: tuple[type[Contract], ...] = published.PUBLISHED


def programme_published(programme: Programme, *, at: datetime) -> published.ProgrammePublished:
    """Provider, criterion and over-booking are the academy's own business."""
    return published.ProgrammePublished(
        effective_at=at,
        programme_code=programme.programme_code,
        family=programme.family,
        title=programme.title,
        levels=programme.levels,
        audience=programme.audience,
        award=programme.award,
    )


def cohort_opened(cohort: Cohort) -> published.CohortOpened:
    """What may be enrolled, and from when to when."""
    return published.CohortOpened(
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


def session_scheduled(session: Session, *, at: datetime) -> published.SessionScheduled:
    """The reference travels; the address stays here."""
    return published.SessionScheduled(
        effective_at=at,
        cohort_id=session.cohort_id,
        session_id=session.session_id,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        join_ref=session.join_ref,
        calendar_sequence=session.calendar_sequence,
    )


def recording_published(session: Session, *, at: datetime) -> published.RecordingPublished:
    """The reference travels; the address stays here."""
    if session.recording_ref is None:
        raise ValueError("a recording is announced once it has a reference")
    return published.RecordingPublished(
        effective_at=at,
        cohort_id=session.cohort_id,
        session_id=session.session_id,
        recording_ref=session.recording_ref,
    )


def contact_changed(learner: Learner) -> published.ContactChanged:
    """How the person is reached since the last change of it."""
    return published.ContactChanged(
        effective_at=learner.contact_as_of,
        person_id=learner.person_id,
        name=learner.name,
        email=learner.email,
        phone=learner.phone,
        email_given_at=learner.email_given_at,
    )


def learner_enrolled(
    enrolment: Enrolment, cohort: Cohort, *, at: datetime, previous: Literal["none", "waitlisted"] = "none"
) -> published.LearnerEnrolled:
    """A place, with the post it was given under."""
    return published.LearnerEnrolled(
        effective_at=at,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        system=enrolment.post.system,
        organisation=enrolment.post.organisation,
        staff_group=enrolment.post.staff_group,
        profession=enrolment.post.profession,
        band=enrolment.post.band,
        method=enrolment.method,
        previous=previous,
    )


def learner_waitlisted(enrolment: Enrolment, cohort: Cohort, *, at: datetime) -> published.LearnerWaitlisted:
    """A wait: the cohort has just counted it, so its number is the rank."""
    return published.LearnerWaitlisted(
        effective_at=at,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        rank=cohort.waiting,
        rule=cohort.rule,
    )


def enrolment_withdrawn(
    enrolment: Enrolment, cohort: Cohort, previous: State, *, at: datetime
) -> published.EnrolmentWithdrawn:
    """A place or a wait was given up."""
    return published.EnrolmentWithdrawn(
        effective_at=at,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        previous="waitlisted" if previous == "waitlisted" else "enrolled",
        by=enrolment.withdrawn_by or "academy",
        reason=enrolment.reason or "not_stated",
        late=bool(enrolment.late),
    )


def told_by_register(entry: Entry, session: Session, programme_code: str, *, at: datetime) -> Contract:
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
            return published.RecordingWatched.model_validate({**about, "effective_at": at})
        case "missed":
            missed = {**about, "effective_at": session.starts_at, "apologies": row.apologies}
            return published.SessionMissed.model_validate(missed)
        case "live" | "part":
            attended = {**about, "effective_at": session.starts_at, "mode": row.mode, "minutes": row.minutes}
            return published.SessionAttended.model_validate(attended)


def programme_completed(
    participant: Participant, cohort: Cohort, programme: Programme, *, at: datetime
) -> published.ProgrammeCompleted:
    """The criterion is met; the award is the programme's."""
    return published.ProgrammeCompleted(
        effective_at=at,
        person_id=participant.person_id,
        enrolment_id=participant.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        award=programme.award,
    )


def completion_withdrawn(
    once: Participant | Graduate, cohort: Cohort, programme: Programme, *, reason: Shortfall, at: datetime
) -> published.CompletionWithdrawn:
    """The criterion is no longer met; the award named is the one no longer earned."""
    return published.CompletionWithdrawn(
        effective_at=at,
        person_id=once.person_id,
        enrolment_id=once.enrolment_id,
        cohort_id=cohort.cohort_id,
        programme_code=cohort.programme_code,
        award=programme.award,
        reason=reason,
    )


class NothingToAnnounce(Conflict):
    """So few people took part that not even their number may be told."""

    code = "nothing_to_announce"


def reach_snapshot(
    report: ReachReport, cells: Mapping[str, Iterable[tuple[str, int | None]]], *, profile: str, at: datetime
) -> published.ReachSnapshotPublished:
    """Only what is published: no count of people leaves before disclosure control."""
    if report.enrolments is None:
        raise NothingToAnnounce("fewer people took part than may be told")
    return published.ReachSnapshotPublished(
        effective_at=at,
        activity_id=new_id(),
        period_from=report.period.first,
        period_to=report.period.last,
        profile=profile,
        revision=report.revision or 1,
        interventions=report.interventions,
        enrolments=report.enrolments,
        attended_percent=int(report.attended_on_the_day_percent or 0),
        cells=tuple(
            published.ReachCell(dimension=dimension, code=code, people=people)
            for dimension, breakdown in cells.items()
            for code, people in breakdown
        ),
    )
