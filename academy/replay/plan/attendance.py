"""Who was there on the day, who sent apologies, who watched the recording later."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Literal

from academy.replay.plan.cohorts import Cohort, Session
from academy.replay.plan.draw import Draw
from academy.replay.plan.people import Person
from academy.replay.plan.working_days import at, end_of_day, on_or_after
from shared.london import day_of

SHOW_RATE = 0.70
"""Live or in part, over enrolments and sessions held: the published figure."""

LIVE_SHARE = 0.75
"""Of the minutes; less is attendance in part."""

_IN_PART = 0.11
_APOLOGIES = 0.35
_WATCHES_RECORDING = 0.30
_SHORTEST_STAY = 5

Mode = Literal["live", "part", "missed"]


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's place in one session that was held."""

    cohort: Cohort
    session: Session
    applicant: int

    @property
    def key(self) -> tuple[str, int]:
        """One seat a person and session."""
        return self.session.key, self.applicant


@dataclass(frozen=True, slots=True)
class Mark:
    """What the register says of one seat on the day."""

    seat: Seat
    mode: Mode
    minutes: int
    apologies: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """A recording watched by somebody who missed the session."""

    moment: datetime
    seat: Seat


def seats(
    cohorts: Iterable[Cohort], holders: Mapping[str, list[int]], left: Mapping[tuple[str, int], datetime]
) -> Iterator[Seat]:
    """A seat for everybody who still holds a place when a session starts."""
    for cohort in cohorts:
        for session in cohort.sessions:
            for applicant in holders.get(cohort.key, ()):
                if left.get((cohort.key, applicant), session.starts_at) >= session.starts_at:
                    yield Seat(cohort, session, applicant)


def marks(
    taken: Iterable[Seat], people: Mapping[int, Person], appeal: Mapping[str, float], *, base: int
) -> Iterator[Mark]:
    """A mark for every seat, the show rate kept among each kind of people while sessions differ by their appeal.

    `base` is enrolments times sessions held, drop-outs included; the show rate is over it.
    """
    draw = Draw("attendance")
    drawn = [(_attendance_propensity(seat, appeal, draw), seat) for seat in taken]
    rate = SHOW_RATE * base / len(drawn)
    came = {seat.key for seat in _likeliest(drawn, people, rate)}
    for _, seat in drawn:
        yield _came(seat, draw) if seat.key in came else _missed(seat, draw)


def _attendance_propensity(seat: Seat, appeal: Mapping[str, float], draw: Draw) -> float:
    of_the_day = 0.8 + 0.4 * Draw(f"weather at {seat.session.key}").fraction()
    return draw.fraction() ** (1 / (appeal[seat.cohort.programme.code] * of_the_day))


def _likeliest(drawn: Iterable[tuple[float, Seat]], people: Mapping[int, Person], rate: float) -> Iterator[Seat]:
    kinds: dict[tuple[str, ...], list[tuple[float, Seat]]] = {}
    for propensity, seat in drawn:
        person = people[seat.applicant]
        kinds.setdefault((person.role_group, person.gender, person.ethnicity), []).append((propensity, seat))
    owed = 0.0
    for kind in sorted(kinds):
        owed += rate * len(kinds[kind])
        coming, owed = int(owed), owed % 1
        likeliest = sorted(kinds[kind], key=lambda pair: pair[0], reverse=True)
        yield from (seat for _, seat in likeliest[:coming])


def _came(seat: Seat, draw: Draw) -> Mark:
    minutes = seat.session.minutes
    enough = ceil(LIVE_SHARE * minutes)
    if draw.fraction() < _IN_PART:
        return Mark(seat, "part", draw.between(_SHORTEST_STAY, enough - 1), apologies=False)
    return Mark(seat, "live", draw.between(enough, minutes), apologies=False)


def _missed(seat: Seat, draw: Draw) -> Mark:
    return Mark(seat, "missed", 0, apologies=draw.fraction() < _APOLOGIES)


def watched(taken: Iterable[Mark], recorded: Mapping[str, bool], *, until: datetime) -> Iterator[Watched]:
    """Some of those who missed a recorded session watch it within the week, if the year lasts."""
    draw = Draw("recordings")
    for mark in taken:
        seat = mark.seat
        if mark.mode == "missed" and recorded[seat.cohort.programme.code] and draw.fraction() < _WATCHES_RECORDING:
            day = day_of(recording_moment(seat.session)) + timedelta(days=draw.between(1, 7))
            if (moment := end_of_day(day)) <= until:
                yield Watched(moment, seat)


def recording_moment(session: Session) -> datetime:
    """The recording is put up on the next working morning."""
    return at(on_or_after(day_of(session.ends_at) + timedelta(days=1)), 8)
