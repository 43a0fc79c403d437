"""Days and times as people type them, with words for what cannot be read."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta

from services.portal.frame.dates import MIDNIGHT, NOON, clock, day
from shared.errors import Invalid
from shared.london import LONDON, in_london
from shared.moments import MomentUnusable, day_within_years, within_years

MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
_SHORTEST_MONTH = 3
STOOD = "-stood"
"""What the name of a field ends in that bears a moment along as it was before."""

NAMED = {"noon": NOON, "midday": NOON, "midnight": MIDNIGHT}
FIRST_PLAIN_HOUR = 8
"""An earlier one may be of the morning or the afternoon: nobody who types `3` means the one at night."""

A_DAY, HALF_A_DAY = timedelta(days=1), timedelta(hours=12)

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?", re.ASCII)
_PARTS = re.compile(r"[\s/-]+")
_YEAR = re.compile(r"\d{4}", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)


class Unreadable(Exception):
    """What was typed is no day or time; the message is for whoever typed it. `part` is the field of it to look at."""

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.part = part


def typed_day(label: str, day: str, month: str, year: str) -> date:
    """The day; a month may be a number or its name."""
    typed = {"day": day.strip(), "month": month.strip(), "year": year.strip()}
    left_out = [part for part, text in typed.items() if not text]
    if left_out:
        raise Unreadable(_left_out(label, left_out), left_out[0])
    try:
        return day_within_years(date(_number(typed["year"]), _month(typed["month"]), _number(typed["day"])))
    except Invalid as out_of_years:
        raise Unreadable(f"{label} must be in the years 2000 to 2100", "year") from out_of_years
    except ValueError as unreal:
        raise Unreadable(f"{label} must be a real date, like 14 9 2026", "day") from unreal


def typed_month(label: str, text: str) -> date:
    """The first day of the month: April 2020, 4/2020, 2020-04."""
    parts = _PARTS.split(text.strip())
    month, year = parts if len(parts) == len("my") else ("", "")
    if _YEAR.fullmatch(month):
        month, year = year, month
    try:
        return typed_day(label, "1", month, year)
    except Unreadable as unreadable:
        raise Unreadable(f"{label} must be a month, like April 2020") from unreadable


def typed_time(label: str, text: str) -> time:
    """The time of day: 10, 10am, 10:30, 14.30, noon. An hour that may be morning or afternoon has to say which."""
    tidy = text.strip().lower()
    if not tidy:
        raise Unreadable(f"Enter {_lower(label)}")
    if tidy in NAMED:
        return NAMED[tidy]
    found = _TIME.fullmatch(tidy)
    if not found:
        raise Unreadable(f"{label} must be a time, like 10am or 14:30")
    return _time(label, *found.groups())


def typed_moment(label: str, on: date, at: time, stood: datetime | None = None) -> datetime:
    """The moment, in UTC, at which a London clock shows that time.

    An hour that is left out when summer time begins is refused. Of one shown twice when it ends the first is meant,
    unless `stood`, which was there before, is shown so: what was not touched stays what it is, to the second.
    """
    if stood is not None and _is_shown_as(stood, on, at):
        return stood
    local = datetime.combine(on, at, tzinfo=LONDON)
    found = local.astimezone(UTC)
    if in_london(found).time() != at:
        raise Unreadable(f"{label}: on {day(on)} the clocks go forward, and there is no {clock(at)}")
    return found


def typed_end(label: str, starts: datetime, at: time, stood: datetime | None = None) -> datetime:
    """The moment at which what starts then ends: on that day, or on the next where a clock shows no later time.

    More than half a day off the next day is not meant: it is a slip.
    """
    begins = in_london(starts)
    if stood is not None and stood > starts and _is_shown_as(stood, begins.date(), at):
        return stood
    overnight = at <= begins.time()
    ends = typed_moment(label, begins.date() + (A_DAY if overnight else timedelta()), at, stood)
    if ends <= starts or (overnight and ends - starts > HALF_A_DAY):
        raise Unreadable(f"{label} must be after the start")
    return ends


def as_typed(moment: datetime, day: str, time: str) -> dict[str, str]:
    """What stands in the fields of those names for a moment that is there, and the moment itself beside them."""
    local = in_london(moment)
    return {
        day: str(local.day),
        f"{day}-month": str(local.month),
        f"{day}-year": str(local.year),
        time: f"{local:%H:%M}",
        f"{time}{STOOD}": moment.isoformat(),
    }


def standing(text: str) -> datetime | None:
    """The moment that a form bears along; none where it bears none."""
    try:
        return within_years(datetime.fromisoformat(text))
    except (MomentUnusable, ValueError):
        return None


def _is_shown_as(moment: datetime, on: date, at: time) -> bool:
    """To the minute, as a form shows it."""
    local = in_london(moment)
    return (local.date(), local.time().replace(second=0, microsecond=0)) == (on, at)


def _time(label: str, hour: str, minute: str | None, half: str | None) -> time:
    hours, minutes = int(hour), int(minute or 0)
    if half and not 1 <= hours <= NOON.hour:
        raise Unreadable(f"{label} must be a time, like 10am or 14:30")
    if half:
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    elif len(hour) == 1 and 0 < hours < FIRST_PLAIN_HOUR:
        raise Unreadable(f"{label} must say am or pm, like {hours}{f'.{minute}' if minute else ''}pm")
    try:
        return time(hours, minutes)
    except ValueError as unreal:
        raise Unreadable(f"{label} must be a time, like 10am or 14:30") from unreal


def _left_out(label: str, parts: list[str]) -> str:
    return f"Enter {_lower(label)}" if len(parts) == len("dmy") else f"{label} must include a {' and a '.join(parts)}"


def _month(text: str) -> int:
    name = text.lower().removesuffix(".")
    if len(name) >= _SHORTEST_MONTH:
        for number, month in enumerate(MONTHS, start=1):
            if month.startswith(name):
                return number
    return _number(text)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
