"""The year turned into calls, in the order of their moments."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from academy.replay.plan import coaching_calls, enrolment_calls, talent_calls
from academy.replay.plan.attendance import recording_moment
from academy.replay.plan.cohorts import Session
from academy.replay.plan.people import Person
from academy.replay.plan.programmes import Method
from academy.replay.plan.steps import Step
from academy.replay.plan.working_days import at
from academy.replay.plan.year import LAST_MOMENT, REVIEW_YEAR, YEAR_CLOSED, Year, first_moment
from shared.london import day_of


def script(year: Year) -> list[Step]:
    """Every call of the year; sorting keeps the order of steps within one moment."""
    steps = [*_offers(year), *_newcomers(year), *_bookings(year), *_registers(year), *_recordings(year)]
    steps += [*_talent(year), *_coaching(year), *_year_end()]
    return sorted(steps, key=lambda step: step.moment)


def _offers(year: Year) -> Iterator[Step]:
    for totals in year.programmes:
        yield enrolment_calls.publish(totals.programme, first_moment(year))
    for cohort in year.cohorts:
        yield from enrolment_calls.open_cohort(cohort)


def _newcomers(year: Year) -> Iterator[Step]:
    for day, newcomers in _by_first_day(year).items():
        yield from enrolment_calls.register_learners(newcomers, at(day, 8))


def _by_first_day(year: Year) -> Mapping[date, list[Person]]:
    asked = (asked for demand in year.demands.values() for asked in demand.asked)
    seen: set[int] = set()
    by_day: dict[date, list[Person]] = {}
    for one in sorted(asked, key=lambda asked: asked.moment):
        if one.applicant not in seen:
            seen.add(one.applicant)
            by_day.setdefault(day_of(one.moment), []).append(year.people[one.applicant])
    return by_day


def _bookings(year: Year) -> Iterator[Step]:
    methods: Mapping[str, Method] = {totals.code: totals.method for totals in year.programmes}
    for demand in year.demands.values():
        for asked in demand.asked:
            yield enrolment_calls.ask(asked, year.people[asked.applicant], methods[asked.cohort.programme.code])
        for left in demand.gave_up:
            yield enrolment_calls.give_up(left)


def _registers(year: Year) -> Iterator[Step]:
    for _, taken in groupby(year.marks, key=lambda mark: mark.seat.session.key):
        marks = list(taken)
        yield from enrolment_calls.take_register(marks[0].seat.session, marks, year.people)


def _recordings(year: Year) -> Iterator[Step]:
    recorded = {totals.code for totals in year.programmes if totals.recorded}
    for cohort in year.cohorts:
        if cohort.programme.code in recorded:
            yield from _put_up(cohort.sessions)
    evenings = sorted(year.watched, key=lambda one: (one.moment, one.seat.session.key))
    for _, seen in groupby(evenings, key=lambda one: (one.moment, one.seat.session.key)):
        watched = list(seen)
        yield from enrolment_calls.caught_up(watched[0].seat.session, watched, year.people)


def _put_up(sessions: Iterable[Session]) -> Iterator[Step]:
    return (enrolment_calls.put_up_recording(s) for s in sessions if recording_moment(s) <= LAST_MOMENT)


def _talent(year: Year) -> Iterator[Step]:
    yield from (talent_calls.join(member) for member in year.members)
    yield from (talent_calls.assess(assessment) for assessment in year.reassessments)


def _coaching(year: Year) -> Iterator[Step]:
    yield from (coaching_calls.register(practitioner) for practitioner in year.practitioners)
    for request in year.requests:
        yield from coaching_calls.ask(request)


def _year_end() -> Iterator[Step]:
    first, last = REVIEW_YEAR
    yield talent_calls.publish_pools(last, YEAR_CLOSED)
    yield enrolment_calls.publish_reach(first.isoformat(), last.isoformat(), YEAR_CLOSED)
