"""Days and times as people in London say them. Services keep UTC; nobody has to know."""

from datetime import date, datetime, time, timedelta

from shared.london import in_london, meets_doubled_hour

NOON, MIDNIGHT = time(12), time(0)


def day(told: date | datetime) -> str:
    """`Tuesday 3 March 2021`: of a moment the day it is in London."""
    found = in_london(told) if isinstance(told, datetime) else told
    return f"{found:%A} {found.day} {found:%B %Y}"


def clock(told: datetime | time) -> str:
    """`10am`, `10.30am`, `noon`, `midnight`."""
    local = in_london(told) if isinstance(told, datetime) else told
    if (local.hour, local.minute) in {(0, 0), (12, 0)}:
        return "noon" if local.hour else "midnight"
    minutes = f".{local.minute:02}" if local.minute else ""
    return f"{(local.hour - 1) % 12 + 1}{minutes}{'am' if local.hour < NOON.hour else 'pm'}"


def moment(told: datetime) -> str:
    """`Tuesday 3 March 2021, 10am`; where a London clock shows that hour twice also which it is: `1.30am BST`."""
    return f"{day(told)}, {_exact(told) if meets_doubled_hour(told, told) else clock(told)}"


def stamp(told: datetime) -> str:
    """`2021-03-03 10:00`, as a London clock shows it and spreadsheets sort it."""
    return f"{in_london(told):%Y-%m-%d %H:%M}"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """`Tuesday 3 March 2021, 10am to noon`; both days where it ends on another, later than its first minute.

    Where the clocks change the times say which they are: `12.30am BST to 1.30am GMT`.
    """
    start, end = in_london(starts_at), in_london(ends_at)
    changes = start.utcoffset() != end.utcoffset() or meets_doubled_hour(starts_at, ends_at)
    told = _exact if changes else clock
    same_day = end.date() == start.date() or _is_midnight_after(start, end)
    until = told(ends_at) if same_day else f"{day(ends_at)}, {told(ends_at)}"
    return f"{day(starts_at)}, {told(starts_at)} to {until}"


def _exact(told: datetime) -> str:
    return f"{clock(told)} {in_london(told):%Z}"


def _is_midnight_after(start: datetime, end: datetime) -> bool:
    return end.time() == MIDNIGHT and end.date() == start.date() + timedelta(days=1)
