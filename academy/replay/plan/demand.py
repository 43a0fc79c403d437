"""Who asks for a place when, who waits, who gives up: worked out so that the intended people hold the places at last.

The service's rule is first come: while a place is free one enrols, else one waits, and a freed place goes to whoever
has waited longest. So in a full cohort those who will give up and most who will stay come first, the rest wait in the
order in which places will be freed, and behind them wait those who never get one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from academy.replay.plan.cohorts import Cohort
from academy.replay.plan.draw import Draw
from academy.replay.plan.working_days import during, working_days
from shared.london import day_of

_GIVES_UP = 0.055
_LEAVES_LIST = 0.12
_DROPS_OUT = 0.6
"""Of the cohorts that meet three times or more, so many lose one person after the first session."""

_LONG_COURSE = 3
_EARLIEST_BIAS = 1.5
_FILLED_BY, _WAITING_FROM, _GIVING_UP_FROM = 0.40, 0.43, 0.70
_UNPLACED = {True: (3, 8), False: (1, 3)}
_REASONS = ("workload", "redeployed", "illness", "annual_leave", "date_unsuitable", "left_post")


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks for a place and gets it at once, or joins the waiting list."""

    moment: datetime
    cohort: Cohort
    applicant: int
    waits: bool


@dataclass(frozen=True, slots=True)
class GaveUp:
    """Somebody gives up a place, or the wait for one."""

    moment: datetime
    cohort: Cohort
    applicant: int
    reason: str


@dataclass(frozen=True, slots=True)
class Demand:
    """Everything asked for and given up in one cohort."""

    asked: tuple[Asked, ...]
    gave_up: tuple[GaveUp, ...]


def demand_for(cohort: Cohort, holders: Sequence[int], others: Sequence[int], *, in_demand: bool) -> Demand:
    """The demand that ends with `holders` holding the places; `others` are people who would like to come too."""
    draw = Draw(f"demand for {cohort.key}")
    drawn, spare = draw.shuffled(holders), iter(draw.shuffled(others))
    leaving = [next(spare) for _ in range(_giving_up(cohort, draw))]
    if cohort.is_full:
        unplaced = [next(spare) for _ in range(draw.between(*_UNPLACED[in_demand]))]
        demand = _full(cohort, drawn, leaving, unplaced, draw)
    else:
        demand = _with_room(cohort, drawn, leaving, draw)
    return Demand(demand.asked, (*demand.gave_up, *_drop_outs(cohort, drawn, draw)))


def _giving_up(cohort: Cohort, draw: Draw) -> int:
    drawn = sum(draw.fraction() < _GIVES_UP for _ in range(cohort.held))
    return drawn if cohort.is_full else min(drawn, cohort.places - cohort.held)


def _with_room(cohort: Cohort, holders: Sequence[int], leaving: Sequence[int], draw: Draw) -> Demand:
    moments = booking_moments(cohort)
    last = len(moments) - 1
    joined = {applicant: _early(last, draw) for applicant in (*holders, *leaving)}
    asked = (Asked(moments[index], cohort, applicant, waits=False) for applicant, index in joined.items())
    left = ((applicant, moments[draw.between(joined[applicant] + 1, last)]) for applicant in leaving)
    return Demand(tuple(asked), tuple(_gave_up(cohort, left, draw)))


def _full(
    cohort: Cohort, holders: Sequence[int], leaving: Sequence[int], unplaced: Sequence[int], draw: Draw
) -> Demand:
    moments = booking_moments(cohort)
    at_once = len(holders) - len(leaving)
    first = draw.shuffled((*holders[:at_once], *leaving))
    filled_by = int(_FILLED_BY * len(moments))
    asked = [Asked(moments[_early(filled_by, draw)], cohort, applicant, waits=False) for applicant in first]
    waiting = (*holders[at_once:], *unplaced)
    when = _one_each(moments, _WAITING_FROM, _GIVING_UP_FROM, len(waiting), draw)
    asked += [Asked(moment, cohort, applicant, waits=True) for moment, applicant in zip(when, waiting, strict=True)]
    tired = [applicant for applicant in unplaced if draw.fraction() < _LEAVES_LIST]
    giving_up = (*leaving, *tired)
    left = zip(giving_up, _one_each(moments, _GIVING_UP_FROM, 1, len(giving_up), draw), strict=True)
    return Demand(tuple(asked), tuple(_gave_up(cohort, left, draw)))


def _drop_outs(cohort: Cohort, holders: Sequence[int], draw: Draw) -> Iterator[GaveUp]:
    if holders and len(cohort.sessions) >= _LONG_COURSE and draw.fraction() < _DROPS_OUT:
        day = day_of(cohort.starts_at) + timedelta(days=draw.between(3, 6))
        yield from _gave_up(cohort, [(draw.one_of(holders), during(day, hour=15))], draw)


def _gave_up(cohort: Cohort, left: Iterable[tuple[int, datetime]], draw: Draw) -> Iterator[GaveUp]:
    return (GaveUp(moment, cohort, applicant, draw.one_of(_REASONS)) for applicant, moment in left)


def booking_moments(cohort: Cohort) -> list[datetime]:
    """Twice each working day on which the cohort is open."""
    days = working_days(day_of(cohort.opens_at), day_of(cohort.closes_at))
    return [during(day, hour) for day in days for hour in (10, 15)]


def _early(before: int, draw: Draw) -> int:
    """An index below `before`: most people book soon after a date is announced."""
    return int(draw.fraction() ** _EARLIEST_BIAS * before)


def _one_each(moments: Sequence[datetime], start: float, end: float, count: int, draw: Draw) -> list[datetime]:
    """Different moments in order, so that nobody has to guess who came first."""
    within = moments[int(start * len(moments)) : int(end * len(moments))]
    return sorted(draw.shuffled(within)[:count])


def leaving_moments(demands: Mapping[str, Demand]) -> Mapping[tuple[str, int], datetime]:
    """When each person who gave up did so, by cohort key and applicant."""
    return {(key, left.applicant): left.moment for key, demand in demands.items() for left in demand.gave_up}
