"""Events of other services, about Amara and a cohort, that name only what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.contracts import coaching, enrolment, talent

NOW = datetime(2020, 9, 12, 9, tzinfo=UTC)
AMARA = UUID("018f0000-0000-7000-8000-000000000001")
COHORT = UUID("018f0000-0000-7000-8000-0000000000c1")
SESSION = UUID("018f0000-0000-7000-8000-0000000000d1")
TITLE = "Leading compassionately through change"


def contact(person_id: UUID = AMARA, name: str = "Amara Okafor", **but: Any) -> enrolment.contacts.ContactChanged:
    email = but.pop("email", f"{name.partition(' ')[0].lower()}.{person_id.hex[-6:]}@example.nhs.uk")
    facts: dict[str, Any] = {"effective_at": NOW, "person_id": person_id, "name": name, "email": email}
    return enrolment.contacts.ContactChanged(**facts | but)


def programme_published(title: str = TITLE) -> enrolment.programmes.ProgrammePublished:
    return enrolment.programmes.ProgrammePublished(
        effective_at=NOW, programme_code="CLS1", family="cls", title=title, levels=("I",), audience="all staff"
    )


def cohort_opened(title: str = TITLE, cohort_id: UUID = COHORT) -> enrolment.cohorts.CohortOpened:
    return enrolment.cohorts.CohortOpened(
        effective_at=NOW,
        cohort_id=cohort_id,
        programme_code="CLS1",
        title=title,
        seats=20,
        places=24,
        opens_at=NOW,
        closes_at=NOW + timedelta(days=14),
    )


def session_scheduled(session_id: UUID = SESSION, **but: Any) -> enrolment.cohorts.SessionScheduled:
    starts_at = but.pop("starts_at", datetime(2020, 9, 29, 9, tzinfo=UTC))
    facts: dict[str, Any] = {
        "effective_at": NOW,
        "cohort_id": COHORT,
        "session_id": session_id,
        "title": TITLE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=90),
        "join_ref": "j0in",
    }
    return enrolment.cohorts.SessionScheduled(**facts | but)


def session_rescheduled(starts_at: datetime, session_id: UUID = SESSION) -> enrolment.cohorts.SessionRescheduled:
    first = session_scheduled(session_id)
    return enrolment.cohorts.SessionRescheduled(
        effective_at=NOW,
        cohort_id=COHORT,
        session_id=session_id,
        title=first.title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        join_ref=first.join_ref,
        calendar_sequence=1,
        previous_starts_at=first.starts_at,
        previous_ends_at=first.ends_at,
    )


def session_cancelled(session_id: UUID = SESSION, calendar_sequence: int = 1) -> enrolment.cohorts.SessionCancelled:
    return enrolment.cohorts.SessionCancelled(
        effective_at=NOW,
        cohort_id=COHORT,
        session_id=session_id,
        reason="facilitator_unavailable",
        calendar_sequence=calendar_sequence,
    )


def cohort_cancelled(*session_ids: UUID) -> enrolment.cohorts.CohortCancelled:
    return enrolment.cohorts.CohortCancelled(
        effective_at=NOW,
        cohort_id=COHORT,
        programme_code="CLS1",
        reason="too_few_people",
        session_ids=session_ids or (SESSION,),
    )


def recording_published(session_id: UUID = SESSION) -> enrolment.cohorts.RecordingPublished:
    return enrolment.cohorts.RecordingPublished(
        effective_at=NOW, cohort_id=COHORT, session_id=session_id, recording_ref="rec0rding"
    )


def enrolled(person_id: UUID = AMARA, **but: Any) -> enrolment.learners.LearnerEnrolled:
    facts: dict[str, Any] = {
        "effective_at": NOW,
        "person_id": person_id,
        "enrolment_id": uuid4(),
        "cohort_id": COHORT,
        "programme_code": "CLS1",
        "system": "QGH",
        "organisation": "QGH01",
        "staff_group": "nursing",
        "profession": "nurse",
        "band": "7",
        "method": "self",
    }
    return enrolment.learners.LearnerEnrolled(**facts | but)


def waitlisted(rank: int = 3) -> enrolment.learners.LearnerWaitlisted:
    return enrolment.learners.LearnerWaitlisted(
        effective_at=NOW,
        person_id=AMARA,
        enrolment_id=uuid4(),
        cohort_id=COHORT,
        programme_code="CLS1",
        rank=rank,
        rule="first_come",
    )


def withdrawn(previous: str = "enrolled", person_id: UUID = AMARA, **but: Any) -> enrolment.learners.EnrolmentWithdrawn:
    return enrolment.learners.EnrolmentWithdrawn.model_validate(
        {
            "effective_at": NOW,
            "person_id": person_id,
            "enrolment_id": uuid4(),
            "cohort_id": COHORT,
            "programme_code": "CLS1",
            "previous": previous,
            "by": "learner",
            "reason": "work",
            "late": False,
        }
        | but
    )


_ATTENDANCE: dict[str, Any] = {
    "effective_at": NOW,
    "person_id": AMARA,
    "session_id": SESSION,
    "cohort_id": COHORT,
    "programme_code": "CLS1",
}


def missed(*, apologies: bool = True) -> enrolment.learners.SessionMissed:
    return enrolment.learners.SessionMissed(**_ATTENDANCE, apologies=apologies)


def attended() -> enrolment.learners.SessionAttended:
    return enrolment.learners.SessionAttended(**_ATTENDANCE, mode="live")


def watched() -> enrolment.learners.RecordingWatched:
    return enrolment.learners.RecordingWatched(**_ATTENDANCE)


def not_watched() -> enrolment.learners.RecordingNotWatched:
    return enrolment.learners.RecordingNotWatched(**_ATTENDANCE)


def readiness_changed() -> talent.members.PoolReadinessChanged:
    return talent.members.PoolReadinessChanged(
        effective_at=NOW,
        person_id=AMARA,
        previous="ready_soon",
        current="ready_now",
        horizon_months=0,
        valid_until=(NOW + timedelta(days=365)).date(),
        professional_group="nursing",
        system="QGH",
        service_type="acute",
        decided_by=uuid4(),
    )


def coaching_invited() -> coaching.relationships.CoachingInvited:
    return coaching.relationships.CoachingInvited(
        effective_at=NOW, relationship_id=uuid4(), person_id=AMARA, form="mentoring", reason="ready_soon"
    )
