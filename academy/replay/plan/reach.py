"""The figures the year amounts to, counted from the year itself: what the services' own reports must come to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from academy.replay.plan.people import Person
from academy.replay.plan.year import Year


@dataclass(frozen=True, slots=True)
class Reach:
    """Counted figures of the year, unrounded."""

    interventions: int
    enrolments: int
    people: int
    session_places: int
    attended: int


@dataclass(frozen=True, slots=True)
class Share:
    """One group's share in per cent, over the three bases the review might have meant."""

    enrolments: float
    attendances: float
    people: float


def reach_of(year: Year) -> Reach:
    """Interventions, places held at the start, distinct people, and who came."""
    held = [cohort for cohort in year.cohorts if cohort.held]
    return Reach(
        interventions=len(held),
        enrolments=sum(cohort.held for cohort in held),
        people=len(set(_enrolled(year))),
        session_places=sum(cohort.held * len(cohort.sessions) for cohort in held),
        attended=sum(1 for _ in _attended(year)),
    )


def share(year: Year, belongs: Callable[[Person], bool]) -> Share:
    """The share of the people who belong to a group."""
    return Share(
        enrolments=_percent(_enrolled(year), year.people, belongs),
        attendances=_percent(_attended(year), year.people, belongs),
        people=_percent(set(_enrolled(year)), year.people, belongs),
    )


def _enrolled(year: Year) -> Iterable[int]:
    return (applicant for held in year.holders.values() for applicant in held)


def _attended(year: Year) -> Iterable[int]:
    return (mark.seat.applicant for mark in year.marks if mark.mode != "missed")


def _percent(numbers: Iterable[int], people: Mapping[int, Person], belongs: Callable[[Person], bool]) -> float:
    found = [belongs(people[number]) for number in numbers]
    return 100 * sum(found) / len(found)
