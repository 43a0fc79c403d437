import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.enrolment.catalogue.domain.working_days import BANK_HOLIDAYS, working_days_before
from services.enrolment.reporting.domain.periods import Period, PeriodEndsBeforeItStarts
from shared.london import day_of, midnight

SERVICE = Path(__file__).parents[4] / "services" / "enrolment"
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


def weekdays_off(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.isoweekday() <= 5 and day in BANK_HOLIDAYS]


def test_the_librarys_days_are_those_of_the_table_it_replaced() -> None:
    table = (SERVICE / "migrations" / "0001_code_lists.sql").read_text().partition("insert into bank_holiday")[2]
    days = [date.fromisoformat(day) for day in re.findall(r"\('(\d{4}-\d\d-\d\d)'", table)]

    assert len(days) == 58
    assert weekdays_off(days[0], days[-1]) == days


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2027, ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2028, ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"]),
    ],
)
def test_bank_holidays_go_on_after_the_table_ended_with_substitute_days(year: int, expected: list[str]) -> None:
    assert weekdays_off(date(year, 1, 1), date(year, 12, 31)) == [date.fromisoformat(f"{year}-{d}") for d in expected]


def test_working_days_are_counted_back_over_the_turn_of_a_year_nobody_asked_about_yet() -> None:
    assert working_days_before(date(2033, 1, 5), 3, BANK_HOLIDAYS) == date(2032, 12, 30)


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
