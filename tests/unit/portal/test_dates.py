from datetime import UTC, date, datetime, time

import pytest

from services.portal.frame.dates import clock, day, moment, span, stamp
from services.portal.frame.typed_dates import (
    Unreadable,
    standing,
    typed_day,
    typed_end,
    typed_moment,
    typed_month,
    typed_time,
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (utc(2021, 3, 3, 10), "Wednesday 3 March 2021, 10am"),
        (utc(2021, 3, 3, 10, 30), "Wednesday 3 March 2021, 10.30am"),
        (utc(2021, 3, 3, 12), "Wednesday 3 March 2021, noon"),
        (utc(2021, 3, 3, 12, 5), "Wednesday 3 March 2021, 12.05pm"),
        (utc(2021, 3, 3, 0, 5), "Wednesday 3 March 2021, 12.05am"),
        (utc(2021, 7, 1, 23), "Friday 2 July 2021, midnight"),
        (utc(2021, 7, 1, 12), "Thursday 1 July 2021, 1pm"),
        (utc(2021, 10, 31, 0, 30), "Sunday 31 October 2021, 1.30am BST"),
        (utc(2021, 10, 31, 1, 30), "Sunday 31 October 2021, 1.30am GMT"),
    ],
)
def test_a_moment_is_told_on_a_london_clock(at: datetime, told: str) -> None:
    assert moment(at) == told


def test_a_spreadsheet_is_told_a_moment_on_a_london_clock_too() -> None:
    assert stamp(utc(2021, 7, 5, 9)) == "2021-07-05 10:00"


@pytest.mark.parametrize(
    ("starts", "ends", "told"),
    [
        (utc(2021, 3, 3, 10), utc(2021, 3, 3, 12), "Wednesday 3 March 2021, 10am to noon"),
        (utc(2021, 3, 3, 22), utc(2021, 3, 4), "Wednesday 3 March 2021, 10pm to midnight"),
        (utc(2021, 3, 3, 22), utc(2021, 3, 4, 1), "Wednesday 3 March 2021, 10pm to Thursday 4 March 2021, 1am"),
        (utc(2021, 3, 28, 0, 30), utc(2021, 3, 28, 1, 30), "Sunday 28 March 2021, 12.30am GMT to 2.30am BST"),
        (utc(2021, 10, 31, 0, 30), utc(2021, 10, 31, 1, 30), "Sunday 31 October 2021, 1.30am BST to 1.30am GMT"),
    ],
)
def test_a_span_names_its_day_once(starts: datetime, ends: datetime, told: str) -> None:
    assert span(starts, ends) == told


def test_a_day_and_a_time_need_no_zone() -> None:
    assert day(date(2021, 3, 3)) == "Wednesday 3 March 2021"
    assert clock(time(14, 30)) == "2.30pm"


@pytest.mark.parametrize("month", ["3", "03", "Mar", "march", " 3 "])
def test_a_month_may_be_a_number_or_a_name(month: str) -> None:
    assert typed_day("First day", "3", month, "2021") == date(2021, 3, 3)


@pytest.mark.parametrize(
    ("typed", "words", "part"),
    [
        (("", "", ""), "Enter first day", "day"),
        (("3", "", "2021"), "First day must include a month", "month"),
        (("3", "", " "), "First day must include a month and a year", "month"),
        (("31", "2", "2021"), "First day must be a real date, like 14 9 2026", "day"),
        (("x", "2", "2021"), "First day must be a real date, like 14 9 2026", "day"),
        (("1", "Smarch", "2021"), "First day must be a real date, like 14 9 2026", "day"),
        (("-1", "2", "2021"), "First day must be a real date, like 14 9 2026", "day"),
        (("٣", "2", "2021"), "First day must be a real date, like 14 9 2026", "day"),
        (("3", "2", "21"), "First day must be in the years 2000 to 2100", "year"),
        (("3", "2", "99999"), "First day must be a real date, like 14 9 2026", "day"),
    ],
)
def test_a_day_that_cannot_be_read_says_why(typed: tuple[str, str, str], words: str, part: str) -> None:
    with pytest.raises(Unreadable) as refused:
        typed_day("First day", *typed)
    assert (str(refused.value), refused.value.part) == (words, part)


@pytest.mark.parametrize(
    "typed", ["April 2020", "apr 2020", "Apr. 2020", "4 2020", "04/2020", "4-2020", "2020-04", " 2020-4 "]
)
def test_a_month_of_a_year_is_read_as_people_write_it(typed: str) -> None:
    assert typed_month("First month", typed) == date(2020, 4, 1)


@pytest.mark.parametrize(
    "typed",
    ["", "April", "2020", "13/2020", "soon 2020", "aprilis 2020", "ap 2020", "1 April 2020", "4 1999", "2020 2021"],
)
def test_a_month_that_cannot_be_read_says_so(typed: str) -> None:
    with pytest.raises(Unreadable, match="First month must be a month, like April 2020"):
        typed_month("First month", typed)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("10", time(10)),
        ("10am", time(10)),
        ("10 AM", time(10)),
        ("10 a.m.", time(10)),
        ("2.30 p.m.", time(14, 30)),
        ("10:30", time(10, 30)),
        ("14.30", time(14, 30)),
        ("2.30pm", time(14, 30)),
        ("noon", time(12)),
        ("12pm", time(12)),
        ("12am", time()),
        ("midnight", time()),
        ("08:00", time(8)),
        ("03:00", time(3)),
        ("9", time(9)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, read: time) -> None:
    assert typed_time("Start", typed) == read


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter start"),
        ("3", "Start must say am or pm, like 3pm"),
        ("2:30", "Start must say am or pm, like 2.30pm"),
        ("25", "Start must be a time, like 10am or 14:30"),
        ("10:75", "Start must be a time, like 10am or 14:30"),
        ("13pm", "Start must be a time, like 10am or 14:30"),
        ("0am", "Start must be a time, like 10am or 14:30"),
        ("soon", "Start must be a time, like 10am or 14:30"),
    ],
)
def test_a_time_that_cannot_be_read_says_why(typed: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        typed_time("Start", typed)
    assert str(refused.value) == words


def test_what_is_typed_is_meant_on_a_london_clock() -> None:
    assert typed_moment("Start", date(2021, 1, 5), time(10)) == utc(2021, 1, 5, 10)
    assert typed_moment("Start", date(2021, 7, 5), time(10)) == utc(2021, 7, 5, 9)


def test_a_time_that_the_clocks_leave_out_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"the clocks go forward, and there is no 1\.30am"):
        typed_moment("Start", date(2021, 3, 28), time(1, 30))


def test_of_a_time_shown_twice_the_first_is_meant() -> None:
    assert typed_moment("Start", date(2021, 10, 31), time(1, 30)) == utc(2021, 10, 31, 0, 30)


DOUBLED = utc(2021, 10, 31, 1, 30)


def test_a_moment_that_stood_there_is_meant_where_it_is_shown_so() -> None:
    assert typed_moment("Start", date(2021, 10, 31), time(1, 30), DOUBLED) == DOUBLED
    assert typed_moment("Start", date(2021, 10, 31), time(1, 31), DOUBLED) == utc(2021, 10, 31, 0, 31)
    assert typed_moment("Start", date(2021, 11, 1), time(1, 30), DOUBLED) == utc(2021, 11, 1, 1, 30)
    assert typed_moment("End", date(2021, 3, 3), time(10), utc(2021, 3, 3, 10, 0, 59)) == utc(2021, 3, 3, 10, 0, 59)


@pytest.mark.parametrize("text", ["", "soon", "2021-10-31T01:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31", "1"])
def test_what_is_no_moment_stood_nowhere(text: str) -> None:
    assert standing(text) is None


@pytest.mark.parametrize(
    ("starts", "at", "ends"),
    [
        (utc(2021, 3, 3, 10), time(12), utc(2021, 3, 3, 12)),
        (utc(2021, 3, 3, 22), time(), utc(2021, 3, 4)),
        (utc(2021, 3, 3, 22), time(1), utc(2021, 3, 4, 1)),
        (utc(2021, 3, 3, 22), time(10), utc(2021, 3, 4, 10)),
        (utc(2021, 3, 3, 8), time(22), utc(2021, 3, 3, 22)),
        (utc(2021, 3, 28, 21), time(1, 30), utc(2021, 3, 29, 0, 30)),
        (utc(2021, 10, 31, 0, 30), time(2), utc(2021, 10, 31, 2)),
    ],
)
def test_an_end_is_of_the_same_day_or_of_the_night_after(starts: datetime, at: time, ends: datetime) -> None:
    assert typed_end("End", starts, at) == ends


def test_an_end_that_stood_in_the_hour_shown_twice_is_meant() -> None:
    assert typed_end("End", utc(2021, 10, 31, 0, 30), time(1, 30), DOUBLED) == DOUBLED


def test_an_end_that_stood_before_a_new_start_is_of_the_night_after_it() -> None:
    assert typed_end("End", utc(2021, 11, 6, 22), time(1), utc(2021, 11, 6, 1)) == utc(2021, 11, 7, 1)


@pytest.mark.parametrize(
    ("starts", "at"),
    [
        (utc(2021, 3, 3, 10), time(9)),
        (utc(2021, 3, 3, 10), time(10)),
        (utc(2021, 3, 3, 22), time(10, 1)),
        (DOUBLED, time(1, 45)),
    ],
)
def test_an_end_that_is_no_later_is_a_slip(starts: datetime, at: time) -> None:
    with pytest.raises(Unreadable, match="End must be after the start"):
        typed_end("End", starts, at)
