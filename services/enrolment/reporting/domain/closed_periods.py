"""The periods whose figures are published: whole calendar months, quarters and financial years that are over."""

from datetime import date, datetime, timedelta
from typing import Literal

from services.enrolment.reporting.domain.periods import Period
from shared.errors import Invalid, NotFound
from shared.london import day_of

Kind = Literal["month", "quarter", "financial_year"]

_MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "financial_year": 12}
_APRIL = 4


class PeriodNotPublished(Invalid):
    """Figures of other spans would give single people away, one subtracted from the other."""

    code = "period_not_published"


class PeriodNotClosed(NotFound):
    """The period is not over, or its figures are still being put together."""

    code = "period_not_closed"


def kind_of(period: Period) -> Kind:
    """PeriodNotPublished when it is not a whole month, quarter or financial year."""
    for kind in _MONTHS:
        if period == _starting(kind, period.first) and _begins(kind, period.first):
            return kind
    raise PeriodNotPublished(
        "published figures are of whole calendar months (from=2020-10-01&to=2020-10-31), quarters (2020-10-01 to "
        "2020-12-31) and financial years (2020-04-01 to 2021-03-31)"
    )


def closed_periods(since: date, now: datetime) -> list[Period]:
    """All that are over, from the financial year on in which `since` lies; the shorter of one day's end first."""
    today = day_of(now)
    first = financial_year(since).first
    starts = _month_starts(first, today)
    every = [_starting(kind, start) for start in starts for kind in _MONTHS if _begins(kind, start)]
    return sorted((p for p in every if p.last < today), key=lambda p: (p.last, p.last - p.first))


def newest_closed(now: datetime) -> Period:
    """The month before this one, or the longest period that ended with it."""
    return closed_periods(day_of(now).replace(day=1) - timedelta(days=1), now)[-1]


def parts_of(period: Period) -> list[Period]:
    """A year's quarters, a quarter's months."""
    match kind_of(period):
        case "financial_year":
            return [_starting("quarter", start) for start in _month_starts(period.first, period.last)[::3]]
        case "quarter":
            return [_starting("month", start) for start in _month_starts(period.first, period.last)]
        case "month":
            return []


def financial_year(day: date) -> Period:
    """The year from April to March in which the day lies."""
    return _starting("financial_year", date(day.year if day.month >= _APRIL else day.year - 1, _APRIL, 1))


def _begins(kind: Kind, day: date) -> bool:
    return day.day == 1 and (day.month - _APRIL) % _MONTHS[kind] == 0


def _starting(kind: Kind, first: date) -> Period:
    months = first.year * 12 + first.month - 1 + _MONTHS[kind]
    return Period(first, date(months // 12, months % 12 + 1, 1) - timedelta(days=1))


def _month_starts(first: date, last: date) -> list[date]:
    starts = [first]
    while (following := _starting("month", starts[-1]).last + timedelta(days=1)) <= last:
        starts.append(following)
    return starts
