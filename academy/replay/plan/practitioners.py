"""Who is on the register of coaches and mentors, and who asks for coaching or mentoring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from academy.replay.plan.cohorts import Cohort
from academy.replay.plan.draw import Draw
from academy.replay.plan.people import Person
from academy.replay.plan.pools import Assessment, Member, readiness
from academy.replay.plan.working_days import during, on_or_after, working_days
from shared.london import day_of

Kind = Literal["coach", "mentor"]
Form = Literal["coaching", "mentoring"]
Origin = Literal["added", "migrated"]

_MIGRATION_DAY = date(2020, 9, 1)
_ON_THE_REGISTER = 0.45
_QUALIFICATIONS = {"ilm_5": 70, "emcc_practitioner": 30}
_JOINS_AFTER_COURSE = 0.30
_ASKS_WHEN_INVITED = 0.8
_COACHING_REQUESTS = 24
_ASKING_DAYS = working_days(date(2020, 10, 5), date(2021, 3, 12))
_LAST_ASKING_DAY = date(2021, 3, 29)


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A coach or mentor entered on the register."""

    moment: datetime
    person: Person
    kind: Kind
    origin: Origin
    qualification: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks for coaching or mentoring; `invited` where mentoring was offered first."""

    moment: datetime
    person: Person
    form: Form
    invited: bool


def migrated(coaches: Sequence[Person]) -> Iterator[Practitioner]:
    """Coaches of the old East and West registers, who come back for CPD during the year."""
    draw = Draw("migrated coaches")
    for coach in coaches:
        if draw.fraction() < _ON_THE_REGISTER:
            qualification = draw.weighted(_QUALIFICATIONS)
            moment = during(_MIGRATION_DAY, hour=10)
            yield Practitioner(moment, coach, "coach", "migrated", qualification, draw.between(1, 4))


def added(mentors: Sequence[tuple[Person, Cohort]], *, until: datetime) -> Iterator[Practitioner]:
    """Some join as mentors a while after their course in Mentoring Skills; `mentors` attended all of it."""
    draw = Draw("added mentors")
    for mentor, cohort in mentors:
        course_end = day_of(cohort.sessions[-1].ends_at)
        moment = during(on_or_after(course_end + timedelta(days=draw.between(7, 21))), hour=15)
        if draw.fraction() < _JOINS_AFTER_COURSE and moment <= until:
            yield Practitioner(moment, mentor, "mentor", "added", "mentoring_skills", draw.between(1, 3))


def requests(pool: Sequence[Member], reassessed: Sequence[Assessment], learners: Sequence[Person]) -> Iterator[Request]:
    """Most members newly ready soon answer their invitation; others ask for coaching of their own accord."""
    draw = Draw("requests")
    before = {member.person.person_id: readiness(member.first.months) for member in pool}
    for assessment in reassessed:
        newly = readiness(assessment.months) == "ready_soon" != before[assessment.person.person_id]
        if newly and draw.fraction() < _ASKS_WHEN_INVITED:
            day = min(on_or_after(assessment.assessed_on + timedelta(days=draw.between(6, 20))), _LAST_ASKING_DAY)
            yield Request(during(day, hour=15), assessment.person, "mentoring", invited=True)
    for person in draw.shuffled(learners)[:_COACHING_REQUESTS]:
        yield Request(during(draw.one_of(_ASKING_DAYS), hour=15), person, "coaching", invited=False)
