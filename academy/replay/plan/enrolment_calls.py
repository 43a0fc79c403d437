"""The year of the enrolment service as steps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from academy.replay.plan.attendance import Mark, Watched, recording_moment
from academy.replay.plan.cohorts import Cohort, Session
from academy.replay.plan.demand import Asked, GaveUp
from academy.replay.plan.people import Person
from academy.replay.plan.programmes import Method, Programme
from academy.replay.plan.steps import YEAR_END, Body, Step
from academy.replay.plan.working_days import end_of_day
from shared.london import day_of

ROWS = 100
"""The most rows a batch or a register takes in one call."""

_API = "/enrolment/v1"

T = TypeVar("T")


def publish(programme: Programme, moment: datetime) -> Step:
    """Offer a programme."""
    body: Body = {
        "family": programme.family,
        "title": programme.title,
        "levels": list(programme.levels),
        "audience": programme.audience,
        "provider": programme.provider,
        "awarding_body": programme.awarding_body,
        "award": programme.award,
        "completion": {"attend": programme.attend, "recordings_count": programme.recordings_count},
        "over_booking": programme.over_booking,
    }
    return Step(f"programme {programme.code}", moment, "PUT", f"{_API}/programmes/{programme.code}", body)


def open_cohort(cohort: Cohort) -> Iterator[Step]:
    """Announce a cohort with its dates."""
    moment = cohort.announced_at
    body: Body = {
        "programme_code": cohort.programme.code,
        "title": cohort.title,
        "seats": cohort.seats,
        "places": cohort.places,
        "licences": cohort.licences,
        "opens_at": cohort.opens_at.isoformat(),
        "closes_at": cohort.closes_at.isoformat(),
    }
    yield Step(_cohort(cohort), moment, "POST", f"{_API}/cohorts", body, keep="cohort_id", lane=cohort.key)
    for session in cohort.sessions:
        path = f"{_API}/cohorts/{{{_cohort(cohort)}}}/sessions"
        yield Step(_session(session), moment, "POST", path, _dates(session), keep="session_id", lane=cohort.key)


def _dates(session: Session) -> Body:
    return {
        "title": session.title,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "join_url": f"https://rooms.example.org/{_slug(session)}",
    }


def register_learners(newcomers: Sequence[Person], moment: datetime) -> Iterator[Step]:
    """Register everybody who will ask for a first place that day."""
    for number, batch in enumerate(_batches(newcomers), start=1):
        rows = [_learner(person) for person in batch]
        key = f"learners {moment.isoformat()} {number}"
        yield Step(key, moment, "POST", f"{_API}/learners/batch", {"learners": rows}, rows="learners")


def _learner(person: Person) -> Body:
    return {
        "person_id": str(person.person_id),
        "name": person.name,
        "email": person.email,
        "system": person.position.system,
        "organisation": person.position.organisation,
        "staff_group": person.position.staff_group,
        "profession": person.position.profession,
        "band": person.position.band,
        "gender": person.gender,
        "ethnic_category": person.ethnic_category,
    }


def ask(asked: Asked, person: Person, method: Method) -> Step:
    """Ask for a place, or join the waiting list; in full cohorts one after another."""
    resource = "waiting-list" if asked.waits else "enrolments"
    return Step(
        key=_enrolment(asked.cohort, asked.applicant),
        moment=asked.moment,
        method="POST",
        path=f"{_API}/cohorts/{{{_cohort(asked.cohort)}}}/{resource}",
        body={"person_id": str(person.person_id), "method": method},
        keep="enrolment_id",
        lane=asked.cohort.key if asked.waits else None,
    )


def give_up(left: GaveUp) -> Step:
    """Give up a place or a wait."""
    enrolment = _enrolment(left.cohort, left.applicant)
    return Step(
        key=f"withdrawal of {enrolment}",
        moment=left.moment,
        method="POST",
        path=f"{_API}/enrolments/{{{enrolment}}}/withdrawal",
        body={"reason": left.reason, "by": "learner"},
        lane=left.cohort.key,
    )


def take_register(session: Session, marks: Iterable[Mark], people: Mapping[int, Person]) -> Iterator[Step]:
    """The session's facilitator sends the register at the end of the day."""
    moment = end_of_day(day_of(session.ends_at))
    rows = [_mark(mark, people[mark.seat.applicant]) for mark in marks]
    return _register(f"register {session.key}", session, rows, moment)


def _mark(mark: Mark, person: Person) -> Body:
    row = {"person_id": str(person.person_id), "mode": mark.mode, "minutes": mark.minutes}
    return row | ({"apologies": True} if mark.apologies else {})


def put_up_recording(session: Session) -> Step:
    """The recording can be watched."""
    return Step(
        key=f"recording {session.key}",
        moment=recording_moment(session),
        method="POST",
        path=f"{_API}/sessions/{{{_session(session)}}}/recording",
        body={"recording_url": f"https://recordings.example.org/{_slug(session)}"},
    )


def caught_up(session: Session, seen: Sequence[Watched], people: Mapping[int, Person]) -> Iterator[Step]:
    """Recordings watched on one day."""
    moment = seen[0].moment
    rows: list[Body] = [{"person_id": str(people[one.seat.applicant].person_id), "mode": "recording"} for one in seen]
    return _register(f"recording of {session.key} watched {moment.date()}", session, rows, moment)


def _register(key: str, session: Session, rows: Sequence[Body], moment: datetime) -> Iterator[Step]:
    path = f"{_API}/sessions/{{{_session(session)}}}/register"
    for number, batch in enumerate(_batches(rows), start=1):
        yield Step(f"{key} {number}", moment, "POST", path, {"rows": list(batch)}, rows="rows")


def publish_reach(first: str, last: str, moment: datetime) -> Step:
    """Publish the year's figures after disclosure control."""
    body: Body = {"from": first, "to": last, "profile": "annual_review"}
    return Step("reach snapshot", moment, "POST", f"{_API}/reports/reach/snapshots", body, lane=YEAR_END)


def _cohort(cohort: Cohort) -> str:
    return f"cohort {cohort.key}"


def _session(session: Session) -> str:
    return f"session {session.key}"


def _enrolment(cohort: Cohort, applicant: int) -> str:
    return f"enrolment {cohort.key} {applicant}"


def _slug(session: Session) -> str:
    return session.key.lower().replace("/", "-")


def _batches(things: Sequence[T]) -> Iterator[tuple[T, ...]]:
    remaining = iter(things)
    while batch := tuple(islice(remaining, ROWS)):
        yield batch
