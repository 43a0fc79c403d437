"""Moments as people in the Midlands read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def in_london(moment: datetime) -> datetime:
    """The moment on a London clock: an hour ahead of UTC from the last Sunday of March to that of October."""
    return moment.astimezone(LONDON)


def day(moment: datetime) -> str:
    """`Tuesday 29 September 2020`."""
    local = in_london(moment)
    return f"{local:%A} {local.day} {local:%B %Y}"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """`Tuesday 29 September 2020, 10:00 to 11:30`; both days where it ends on another."""
    start, end = in_london(starts_at), in_london(ends_at)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{day(ends_at)}, {end:%H:%M}"
    return f"{day(starts_at)}, {start:%H:%M} to {until}"
