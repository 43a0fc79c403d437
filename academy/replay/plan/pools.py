"""Aspirant directors: who joins a talent pool when, and whose readiness people reassess."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from academy.replay.plan.draw import Draw, stable_id
from academy.replay.plan.people import Person
from academy.replay.plan.working_days import during, working_days
from shared.london import day_of

Readiness = Literal["ready_now", "ready_soon", "between", "not_yet_ready"]

_JOINING = working_days(date(2020, 9, 14), date(2020, 12, 11))
_REASSESSED_ON = working_days(date(2021, 1, 11), date(2021, 3, 5))
_FIRST_JUDGEMENT: Mapping[int, float] = {0: 12, 6: 10, 9: 10, 12: 14, 15: 14, 18: 20, 24: 20}
_NEXT: Mapping[Readiness, Mapping[int, float]] = {
    "not_yet_ready": {18: 35, 15: 15, 12: 30, 9: 20},
    "between": {15: 25, 12: 40, 9: 35},
    "ready_soon": {6: 45, 0: 55},
    "ready_now": {0: 1},
}
_SEEN_AGAIN = 0.5
_LEAD_GROUPS: Mapping[str, Mapping[str, float]] = {
    "ADM": {"COO": 30, "CFO": 20, "HRD": 20, "STR": 15, "DIG": 10, "GOV": 5},
    "MED": {"CMO": 1},
    "NMR": {"CNO": 1},
    "AHP": {"AHP": 1},
}
_ANY_GROUP: Mapping[str, float] = {"COO": 50, "STR": 30, "DIG": 20}
_SERVICES: Mapping[str, float] = {"ACU": 42, "MHL": 17, "COM": 13, "AMB": 4, "PRI": 6, "CCG": 12, "SYS": 6}
_PANEL_SIZE = 3


@dataclass(frozen=True, slots=True)
class Assessment:
    """People decided, on that day, in how many months a member is ready."""

    moment: datetime
    person: Person
    months: int
    decided_by: UUID

    @property
    def assessed_on(self) -> date:
        """The day of the panel."""
        return day_of(self.moment)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a pool, joining with a first assessment."""

    person: Person
    professional_group: str
    service_type: str
    first: Assessment


def readiness(months: int) -> Readiness:
    """The pool that so many months mean."""
    if months == 0:
        return "ready_now"
    if months <= 12:  # noqa: PLR2004 (the pools' own bounds, as the review prints them)
        return "ready_soon"
    return "between" if months < 18 else "not_yet_ready"  # noqa: PLR2004


def members(directors: Sequence[Person]) -> list[Member]:
    """One member for each aspirant director, judged by a panel of their system through the autumn."""
    draw = Draw("talent pools")
    return [_member(person, draw) for person in directors]


def reassessments(pool: Sequence[Member]) -> Iterator[Assessment]:
    """Some members are judged again in the new year; a few judgements change nothing."""
    draw = Draw("judged anew")
    for member in pool:
        if draw.fraction() < _SEEN_AGAIN:
            months = draw.weighted(_NEXT[readiness(member.first.months)])
            yield _assessed(member.person, months, draw.one_of(_REASSESSED_ON), draw)


def _member(person: Person, draw: Draw) -> Member:
    return Member(
        person=person,
        professional_group=draw.weighted(_LEAD_GROUPS.get(person.position.staff_group, _ANY_GROUP)),
        service_type=draw.weighted(_SERVICES),
        first=_assessed(person, draw.weighted(_FIRST_JUDGEMENT), draw.one_of(_JOINING), draw),
    )


def _assessed(person: Person, months: int, day: date, draw: Draw) -> Assessment:
    chair = stable_id(f"talent panel of {person.position.system}, member {draw.between(1, _PANEL_SIZE)}")
    return Assessment(during(day, hour=10), person, months, chair)
