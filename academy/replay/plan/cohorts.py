"""When each cohort opens, closes and meets, and how many hold a place when it starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from academy.replay.plan.draw import Draw, evenly
from academy.replay.plan.programmes import Programme, ProgrammeTotals
from academy.replay.plan.working_days import at, on_or_after, on_or_before, working_days

_SLACK = 2
"""Places a cohort that is not in demand keeps free, so that a withdrawal there never meets a waiting list."""

_ANNOUNCED_DAYS = 3
"""Dates are known that long before places can be taken."""

_SHORT = 150
_SHORT_STARTS = ((9, 30), (10, 0), (11, 0), (12, 30), (13, 0), (13, 30), (14, 0))
_LONG_STARTS = ((9, 30), (10, 0), (12, 30), (13, 0))


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting of a cohort, by video."""

    key: str
    title: str
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Cohort:
    """One run of a programme; `held` places are taken when it starts."""

    key: str
    programme: Programme
    title: str
    system: str | None
    seats: int
    places: int
    licences: int | None
    announced_at: datetime
    opens_at: datetime
    closes_at: datetime
    held: int
    sessions: tuple[Session, ...]

    @property
    def is_full(self) -> bool:
        """Whether every place is taken when it starts."""
        return self.held == self.places

    @property
    def starts_at(self) -> datetime:
        """The start of its first session: the intervention's date."""
        return self.sessions[0].starts_at


def cohorts_of(totals: ProgrammeTotals) -> tuple[Cohort, ...]:
    """The cohorts of one programme, spread evenly over the working days it was on offer."""
    draw = Draw(f"cohorts of {totals.code}")
    days = _first_days(totals)
    sizes = _sizes(totals, draw)
    return tuple(_cohort(totals, n, day, size, draw) for n, (day, size) in enumerate(zip(days, sizes, strict=True)))


def _first_days(totals: ProgrammeTotals) -> Iterator[date]:
    days = working_days(totals.first_from, totals.first_to)
    steps = max(totals.cohorts - 1, 1)
    return (days[n * (len(days) - 1) // steps] for n in range(totals.cohorts))


def _sizes(totals: ProgrammeTotals, draw: Draw) -> list[int]:
    """Even sizes, then places moved from one cohort to another as long as nobody overflows; teams stay whole."""
    sizes = list(evenly(totals.held, totals.cohorts))
    most = totals.places - _SLACK
    if max(sizes) > most or totals.method == "team":
        return sizes
    for _ in range(2 * totals.cohorts):
        giver, taker = draw.between(0, totals.cohorts - 1), draw.between(0, totals.cohorts - 1)
        moved = draw.between(1, 2)
        if giver != taker and sizes[taker] + moved <= most and sizes[giver] - moved >= most // 2:
            sizes[giver] -= moved
            sizes[taker] += moved
    return sizes


def _cohort(totals: ProgrammeTotals, number: int, first: date, held: int, draw: Draw) -> Cohort:
    opens = on_or_before(first - timedelta(weeks=totals.weeks_open))
    key = f"{totals.code}-{number + 1:02}"
    system = totals.systems[number % len(totals.systems)] if totals.systems else None
    return Cohort(
        key=key,
        programme=totals.programme,
        title=f"{totals.programme.title}, {first:%B %Y}" + (f", group {number + 1}" if totals.cohorts > 1 else ""),
        system=system,
        seats=totals.seats,
        places=totals.places,
        licences=totals.licences,
        announced_at=at(on_or_before(opens - timedelta(days=_ANNOUNCED_DAYS)), 8),
        opens_at=at(opens, 9),
        closes_at=at(on_or_before(first - timedelta(days=1)), 17),
        held=held,
        sessions=tuple(_sessions(totals, key, first, draw)),
    )


def _sessions(totals: ProgrammeTotals, key: str, first: date, draw: Draw) -> Iterator[Session]:
    hour, minute = draw.one_of(_SHORT_STARTS if totals.minutes <= _SHORT else _LONG_STARTS)
    for n in range(totals.sessions):
        starts_at = at(on_or_after(first + timedelta(weeks=n * totals.weeks_apart)), hour, minute)
        yield Session(
            key=f"{key}/{n + 1}",
            title=totals.programme.title if totals.sessions == 1 else f"Session {n + 1} of {totals.sessions}",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=totals.minutes),
        )
