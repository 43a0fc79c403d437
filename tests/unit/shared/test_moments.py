from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from shared.moments import DayUnusable, MomentUnusable, day, day_within_years, moment, within_years


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026-11-28T09:30:00Z", datetime(2026, 11, 28, 9, 30, tzinfo=UTC)),
        ("2026-11-28t09:30:00z", datetime(2026, 11, 28, 9, 30, tzinfo=UTC)),
        ("2026-06-28T09:30:00+01:00", datetime(2026, 6, 28, 8, 30, tzinfo=UTC)),
        ("2026-11-28T09:30:00.1234567-00:00", datetime(2026, 11, 28, 9, 30, 0, 123456, tzinfo=UTC)),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ("1999-12-31T23:30:00-01:00", datetime(2000, 1, 1, 0, 30, tzinfo=UTC)),
        ("2100-12-31T23:59:59.999999Z", datetime(2100, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_by_rfc_3339_and_kept_in_utc(typed: str, kept: datetime) -> None:
    assert moment(typed) == kept
    assert moment(typed).tzinfo is UTC


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2026",
        "1764000000",
        "2026-11-28",
        "2026-11-28T09:30:00",
        "2026-11-28T09:30Z",
        "2026-11-28 09:30:00Z",
        "20261128T093000Z",
        "2026-11-31T09:30:00Z",
        "2026-11-28T24:00:00Z",
        "2026-11-28T09:30:00+24:00",
        "2026-11-28T09:30:60Z",
        "2026-11-28T09:30:00+00:60",
        "٢٠٢٦-11-28T09:30:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59.9999999Z",
        "9999-12-31T23:59:59-23:59",
        "1999-12-31T23:59:59Z",
        "2000-01-01T00:30:00+01:00",
        "2101-01-01T00:00:00Z",
        "2100-12-31T23:30:00-01:00",
        "2026-11-28T09:30:00Z\n",
    ],
)
def test_anything_else_is_no_moment(typed: str) -> None:
    with pytest.raises(MomentUnusable):
        moment(typed)


def test_a_moment_of_our_own_has_a_zone_and_lies_within_the_years() -> None:
    east = datetime(2026, 6, 28, 9, tzinfo=timezone(timedelta(hours=1)))
    assert within_years(east).tzinfo is UTC
    for wrong in (datetime(2026, 6, 28, 9), datetime.max.replace(tzinfo=UTC)):  # noqa: DTZ001 the point
        with pytest.raises(MomentUnusable):
            within_years(wrong)


def test_a_day_is_written_in_one_way_and_lies_within_the_years() -> None:
    assert day("2026-11-28") == date(2026, 11, 28)
    assert day_within_years(date(2100, 12, 31)) == date(2100, 12, 31)
    for typed in ("2026", "20261128", "2026-11-31", "28/11/2026", "2026-11-28T00:00:00Z", "2026-W48-6", "1764000000"):
        with pytest.raises(DayUnusable):
            day(typed)
    for far in (date(1999, 12, 31), date(2101, 1, 1), date.max, date.min):
        with pytest.raises(DayUnusable):
            day_within_years(far)
