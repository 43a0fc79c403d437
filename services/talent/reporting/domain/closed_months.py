"""The days as at which pools are published: the last day of each month that is over."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from shared.errors import Invalid, NotFound
from shared.london import day_of


class DayNotPublished(Invalid):
    """The pools as at two days near each other would give away who joined between them."""

    code = "day_not_published"


class KnownAtNotPublished(Invalid):
    """What is published stays as it was known when it was published."""

    code = "known_at_not_published"


class MonthNotClosed(NotFound):
    """The month is not over, or its figures are still being put together."""

    code = "month_not_closed"


def month_end(day: date) -> date:
    """The last day of the month in which the day lies."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def must_be_a_month_end(day: date) -> None:
    """DayNotPublished for every other day."""
    if day != month_end(day):
        raise DayNotPublished("published figures are as at the last day of a month; ask for one, or for none")


def closed_months(since: date, now: datetime) -> list[date]:
    """The last days of all months that are over, from the month on in which `since` lies."""
    return [day for day in _month_ends(since, day_of(now)) if day < day_of(now)]


def month_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def _month_ends(first: date, last: date) -> Iterator[date]:
    day = month_end(first)
    while day <= last:
        yield day
        day = month_end(day + timedelta(days=1))
