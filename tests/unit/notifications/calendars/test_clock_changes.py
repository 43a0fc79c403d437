"""Sessions around the changes of the clock, read back by what the file itself says of its time zone.

The reader is dateutil's: it knows no time zone but the VTIMEZONE it is given.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.calendars.domain.invitations import Method
from services.notifications.channels.domain.calendar_files import calendar_file
from shared.london import LONDON, span
from tests.unit.notifications.builders import DESK, a_session, an_invitation

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = datetime(2020, 1, 1, tzinfo=UTC)
FIRST, LAST = datetime(2020, 1, 1), datetime(2030, 12, 31)  # noqa: DTZ001 bounds as hypothesis takes them


def changes() -> Iterator[datetime]:
    """Every change of the London clock from 2020 to 2030, as the IANA data has it."""
    hour = FIRST.replace(tzinfo=UTC)
    while hour.replace(tzinfo=None) < LAST:
        if hour.astimezone(LONDON).utcoffset() != (hour - HOUR).astimezone(LONDON).utcoffset():
            yield hour
        hour += HOUR


CHANGES = tuple(changes())
AUTUMN = datetime(2021, 10, 31, 1, tzinfo=UTC)
SPRING = datetime(2021, 3, 28, 1, tzinfo=UTC)


def a_file(starts_at: datetime, ends_at: datetime) -> str:
    entry = an_invitation(a_session(starts_at=starts_at, ends_at=ends_at)).next(Method.REQUEST, "amara@example.org")
    return calendar_file(entry, "Day one", "Amara Okafor", DESK, stamp=NOW)


def line(file: str, name: str) -> str:
    """A line of the event; a VTIMEZONE has a DTSTART too."""
    event = file.partition("BEGIN:VEVENT")[2]
    (found,) = (one for one in event.splitlines() if one.startswith(name))
    return found


def moment(file: str, name: str) -> datetime:
    """The moment by the letter of the file."""
    key, _, value = line(file, name).partition(":")
    if value.endswith("Z"):
        assert key == name
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert key == f"{name};TZID=Europe/London"
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=zone_of(file)).astimezone(UTC)


@cache
def zone_read(vtimezone: str) -> tzinfo:
    zone = tzical(io.StringIO(vtimezone)).get("Europe/London")
    assert zone is not None
    return zone


def zone_of(file: str) -> tzinfo:
    return zone_read(file.partition("BEGIN:VEVENT")[0])


def assert_read_back(starts_at: datetime, ends_at: datetime) -> None:
    file = a_file(starts_at, ends_at)
    assert (moment(file, "DTSTART"), moment(file, "DTEND")) == (starts_at, ends_at)


def test_the_clock_changes_twice_a_year() -> None:
    assert len(CHANGES) == 22


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_sessions_around_a_change_are_read_back_to_the_second(change: datetime) -> None:
    close = [change + sign * (minutes * MINUTE + odd) for sign in (-1, 1) for minutes in (0, 1, 30, 59, 60, 61, 120)
             for odd in (timedelta(0), timedelta(seconds=1))]  # fmt: skip
    for starts_at in close:
        for lasts in (timedelta(seconds=1), 15 * MINUTE, 45 * MINUTE, HOUR, 90 * MINUTE, 4 * HOUR, 26 * HOUR):
            assert_read_back(starts_at, starts_at + lasts)


@settings(deadline=None)
@given(
    starts_at=st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
    lasts=st.integers(1, 3 * 24 * 60 * 60).map(lambda seconds: timedelta(seconds=seconds)),
)
def test_any_session_is_read_back_to_the_second(starts_at: datetime, lasts: timedelta) -> None:
    assert_read_back(starts_at, starts_at + lasts)


def shown(file: str, moment: datetime) -> datetime:
    """What a clock shows that goes by the file's VTIMEZONE."""
    return moment.astimezone(zone_of(file)).replace(tzinfo=None, fold=0)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_time_zone_of_the_file_shows_what_the_iana_data_shows(change: datetime) -> None:
    file = a_file(change, change + HOUR)
    for minutes in (*range(-125, 126, 5), -1, 1, -59, 59):
        at = change + minutes * MINUTE
        assert shown(file, at) == at.astimezone(LONDON).replace(tzinfo=None, fold=0)


def test_the_reader_goes_by_the_letter_of_the_file() -> None:
    """LastSent, as icalendar's own zone has it, that spring begins at 02:00, it changes an hour late."""
    file = a_file(SPRING, SPRING + HOUR)
    told_late = file.replace("DTSTART:19960331T010000", "DTSTART:19960331T020000")
    assert told_late != file
    assert shown(file, SPRING + 15 * MINUTE) == datetime(2021, 3, 28, 2, 15)  # noqa: DTZ001 a clock's face
    assert shown(told_late, SPRING + 15 * MINUTE) == datetime(2021, 3, 28, 1, 15)  # noqa: DTZ001


def test_only_what_meets_the_doubled_hour_is_written_in_utc() -> None:
    for starts_at, ends_at in ((-60, -30), (-90, -60), (-30, 30), (30, 45), (30, 120), (-180, 180)):
        assert line(a_file(AUTUMN + starts_at * MINUTE, AUTUMN + ends_at * MINUTE), "DTSTART").endswith("Z")
    for starts_at, ends_at in ((-120, -61), (60, 120), (24 * 60, 25 * 60)):
        file = a_file(AUTUMN + starts_at * MINUTE, AUTUMN + ends_at * MINUTE)
        assert line(file, "DTSTART").startswith("DTSTART;TZID=Europe/London:")
    assert line(a_file(SPRING - HOUR, SPRING + HOUR), "DTSTART").startswith("DTSTART;TZID=Europe/London:")


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "told"),
    [
        (AUTUMN - 30 * MINUTE, AUTUMN + 30 * MINUTE, "Sunday 31 October 2021, 01:30 BST to 01:30 GMT"),
        (AUTUMN + 15 * MINUTE, AUTUMN + 30 * MINUTE, "Sunday 31 October 2021, 01:15 GMT to 01:30 GMT"),
        (AUTUMN - 3 * HOUR, AUTUMN - HOUR, "Saturday 30 October 2021, 23:00 BST to Sunday 31 October 2021, 01:00 BST"),
        (SPRING - 30 * MINUTE, SPRING + 30 * MINUTE, "Sunday 28 March 2021, 00:30 GMT to 02:30 BST"),
        (AUTUMN + HOUR, AUTUMN + 2 * HOUR, "Sunday 31 October 2021, 02:00 to 03:00"),
        (SPRING, SPRING + HOUR, "Sunday 28 March 2021, 02:00 to 03:00"),
    ],
)
def test_letters_say_which_clock_they_mean_where_it_changes(starts_at: datetime, ends_at: datetime, told: str) -> None:
    assert span(starts_at, ends_at) == told
