from datetime import UTC, date, datetime

import pytest

from services.enrolment.domain.london import day_of, midnight, working_days_before
from services.enrolment.domain.periods import Period, PeriodEndsBeforeItStarts

CHRISTMAS = frozenset({date(2020, 12, 25), date(2020, 12, 28)})


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2020, 10, 12), 5, date(2020, 10, 5)),
        (date(2020, 10, 14), 1, date(2020, 10, 13)),
        (date(2020, 10, 11), 1, date(2020, 10, 9)),  # from a Sunday back to Friday
        (date(2020, 12, 29), 2, date(2020, 12, 23)),  # over Christmas
        (date(2020, 10, 12), 0, date(2020, 10, 12)),
    ],
)
def test_working_days_skip_weekends_and_bank_holidays(day: date, count: int, expected: date) -> None:
    assert working_days_before(day, count, CHRISTMAS) == expected


def test_a_london_day_begins_at_london_midnight_on_both_sides_of_the_clock_change() -> None:
    assert midnight(date(2020, 10, 25)) == datetime(2020, 10, 24, 23, tzinfo=UTC)
    assert midnight(date(2020, 10, 26)) == datetime(2020, 10, 26, tzinfo=UTC)
    assert midnight(date(2021, 3, 29)) == datetime(2021, 3, 28, 23, tzinfo=UTC)
    assert day_of(datetime(2020, 7, 1, 23, 30, tzinfo=UTC)) == date(2020, 7, 2)


def test_a_period_holds_both_its_days_even_when_one_has_25_hours() -> None:
    period = Period(date(2020, 10, 25), date(2020, 10, 25))

    assert (period.end - period.start).total_seconds() == 25 * 3600


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(PeriodEndsBeforeItStarts):
        Period(date(2020, 10, 2), date(2020, 10, 1))
