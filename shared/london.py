"""The academy keeps Europe/London time: its days begin at midnight there, and its moments are told on that clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def in_london(moment: datetime) -> datetime:
    """The moment on a London clock: an hour ahead of UTC from the last Sunday of March to that of October."""
    return moment.astimezone(LONDON)


def day_of(moment: datetime) -> date:
    """The London day a moment falls on."""
    return in_london(moment).date()


def midnight(day: date) -> datetime:
    """The moment, in UTC, at which a London day begins."""
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def month(text: str) -> tuple[datetime, datetime]:
    """The moments, in UTC, at which a London month, told as `2020-10`, begins and is over."""
    first = date.fromisoformat(f"{text}-01")
    return midnight(first), midnight((first + timedelta(days=31)).replace(day=1))


def day(moment: datetime) -> str:
    """`Tuesday 29 September 2020`."""
    local = in_london(moment)
    return f"{local:%A} {local.day} {local:%B %Y}"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """`Tuesday 29 September 2020, 10:00 to 11:30`; both days where it ends on another.

    Where the clocks change the times say which they are: `01:30 BST to 01:30 GMT`.
    """
    start, end = in_london(starts_at), in_london(ends_at)
    changes = start.utcoffset() != end.utcoffset() or meets_doubled_hour(starts_at, ends_at)
    clock = "%H:%M %Z" if changes else "%H:%M"
    until = f"{end:{clock}}" if end.date() == start.date() else f"{day(ends_at)}, {end:{clock}}"
    return f"{day(starts_at)}, {start:{clock}} to {until}"


def meets_doubled_hour(starts_at: datetime, ends_at: datetime) -> bool:
    """Whether any of it lies in the hour that a London clock shows twice, when summer time ends."""
    start, end = in_london(starts_at), in_london(ends_at)
    return _shown_twice(start) or _shown_twice(end) or (_in_summer(start) and not _in_summer(end))


def _shown_twice(local: datetime) -> bool:
    return _in_summer(local.replace(fold=0)) != _in_summer(local.replace(fold=1))


def _in_summer(local: datetime) -> bool:
    return bool(local.dst())
