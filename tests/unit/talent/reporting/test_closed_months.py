from datetime import UTC, date, datetime

import pytest

from services.talent.reporting.domain.closed_months import (
    DayNotPublished,
    closed_months,
    month_before,
    month_end,
    must_be_a_month_end,
)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2020, 10, 5), date(2020, 10, 31)),
        (date(2020, 12, 31), date(2020, 12, 31)),
        (date(2021, 2, 1), date(2021, 2, 28)),
        (date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_a_month_ends_on_its_last_day(day: date, end: date) -> None:
    assert month_end(day) == end
    must_be_a_month_end(end)


@pytest.mark.parametrize("day", [date(2021, 3, 30), date(2024, 2, 28), date(2021, 4, 1)])
def test_the_pools_of_other_days_are_not_published(day: date) -> None:
    with pytest.raises(DayNotPublished):
        must_be_a_month_end(day)


def test_a_month_is_over_at_midnight_in_london() -> None:
    before, after = datetime(2021, 3, 31, 22, 59, tzinfo=UTC), datetime(2021, 3, 31, 23, tzinfo=UTC)
    since = date(2021, 2, 14)
    assert closed_months(since, before) == [date(2021, 2, 28)]
    assert closed_months(since, after) == [date(2021, 2, 28), date(2021, 3, 31)]


def test_the_year_turns() -> None:
    assert month_before(date(2021, 1, 31)) == date(2020, 12, 31)
    assert closed_months(date(2020, 12, 31), datetime(2021, 2, 1, tzinfo=UTC)) == [
        date(2020, 12, 31),
        date(2021, 1, 31),
    ]


def test_nothing_is_over_before_anything_began() -> None:
    assert closed_months(date(2021, 4, 1), datetime(2021, 3, 1, tzinfo=UTC)) == []
    assert closed_months(date(2021, 4, 1), datetime(2021, 4, 30, 12, tzinfo=UTC)) == []
