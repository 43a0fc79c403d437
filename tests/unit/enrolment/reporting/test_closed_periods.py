from datetime import UTC, date, datetime

import pytest

from services.enrolment.reporting.domain.closed_periods import (
    PeriodNotPublished,
    closed_periods,
    kind_of,
    newest_closed,
    parts_of,
)
from services.enrolment.reporting.domain.periods import Period

OCTOBER = Period(date(2020, 10, 1), date(2020, 10, 31))
AUTUMN = Period(date(2020, 10, 1), date(2020, 12, 31))
YEAR = Period(date(2020, 4, 1), date(2021, 3, 31))
LEAP = Period(date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("period", "kind"), [(OCTOBER, "month"), (AUTUMN, "quarter"), (YEAR, "financial_year"), (LEAP, "month")]
)
def test_whole_months_quarters_and_financial_years_are_published(period: Period, kind: str) -> None:
    assert kind_of(period) == kind


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2020, 10, 1), date(2020, 10, 30)),
        (date(2020, 10, 2), date(2020, 10, 31)),
        (date(2020, 10, 1), date(2020, 11, 30)),
        (date(2020, 11, 1), date(2021, 1, 31)),
        (date(2020, 1, 1), date(2020, 12, 31)),
        (date(2020, 10, 5), date(2020, 10, 5)),
        (date(2020, 4, 1), date(2022, 3, 31)),
    ],
)
def test_no_other_span_is(first: date, last: date) -> None:
    with pytest.raises(PeriodNotPublished):
        kind_of(Period(first, last))


def test_a_period_is_closed_when_its_last_london_day_is_over() -> None:
    since = date(2021, 3, 15)
    a_minute_before = datetime(2021, 3, 31, 22, 59, tzinfo=UTC)
    midnight = datetime(2021, 3, 31, 23, 0, tzinfo=UTC)  # summer time has begun

    assert YEAR not in closed_periods(since, a_minute_before)
    closed = closed_periods(since, midnight)
    assert len(closed) == 12 + 4 + 1
    assert closed[-3:] == [
        Period(date(2021, 3, 1), date(2021, 3, 31)),
        Period(date(2021, 1, 1), date(2021, 3, 31)),
        YEAR,
    ]


def test_a_financial_year_is_its_quarters_and_a_quarter_its_months() -> None:
    assert [quarter.first.month for quarter in parts_of(YEAR)] == [4, 7, 10, 1]
    assert [month.last for month in parts_of(AUTUMN)] == [date(2020, 10, 31), date(2020, 11, 30), date(2020, 12, 31)]
    assert parts_of(OCTOBER) == []


@pytest.mark.parametrize(
    ("moment", "newest"),
    [
        (datetime(2020, 11, 1, tzinfo=UTC), OCTOBER),
        (datetime(2020, 11, 30, tzinfo=UTC), OCTOBER),
        (datetime(2021, 1, 15, tzinfo=UTC), AUTUMN),
        (datetime(2021, 4, 30, tzinfo=UTC), YEAR),
    ],
)
def test_the_newest_closed_period_is_the_longest_that_ended_with_the_month_before(
    moment: datetime, newest: Period
) -> None:
    assert newest_closed(moment) == newest
    assert closed_periods(date(2018, 1, 1), moment)[-1] == newest
