"""Moments and days as they are told to us: RFC 3339, and within the years the academy can have anything to do with.

What lies outside is a slip of the keyboard; some of it Postgres and asyncpg even take for infinity.
"""

import re
from datetime import UTC, date, datetime

from shared.errors import Invalid

FIRST_YEAR, LAST_YEAR = 2000, 2100
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:[0-5]\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class MomentUnusable(Invalid):
    """A moment is written as 2026-11-28T09:30:00Z or 2026-11-28T09:30:00+00:00, in the years 2000 to 2100."""

    code = "moment_unusable"


class DayUnusable(Invalid):
    """A day is written as 2026-11-28, in the years 2000 to 2100."""

    code = "day_unusable"


def moment(text: str) -> datetime:
    """The moment, in UTC; MomentUnusable where the text is none. Beyond microseconds it is cut off."""
    written = text.upper()
    if not _MOMENT.fullmatch(written):
        raise MomentUnusable("write a moment as 2026-11-28T09:30:00Z, with its offset from UTC")
    try:
        told = datetime.fromisoformat(written)
    except ValueError:
        raise MomentUnusable("there is no such moment") from None
    return within_years(told)


def day(text: str) -> date:
    """The day; DayUnusable where the text is none."""
    if not _DAY.fullmatch(text):
        raise DayUnusable("write a day as 2026-11-28")
    try:
        told = date.fromisoformat(text)
    except ValueError:
        raise DayUnusable("there is no such day") from None
    return day_within_years(told)


def within_years(told: datetime) -> datetime:
    """The moment in UTC, if its time zone is known and it lies in the years 2000 to 2100; MomentUnusable otherwise."""
    if told.utcoffset() is None:
        raise MomentUnusable("a moment needs its offset from UTC")
    try:
        found = told.astimezone(UTC)
    except OverflowError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise MomentUnusable(f"a moment lies in the years {FIRST_YEAR} to {LAST_YEAR}")
    return found


def day_within_years(told: date) -> date:
    """The day, if it lies in the years 2000 to 2100; DayUnusable otherwise."""
    if not FIRST_YEAR <= told.year <= LAST_YEAR:
        raise DayUnusable(f"a day lies in the years {FIRST_YEAR} to {LAST_YEAR}")
    return told
