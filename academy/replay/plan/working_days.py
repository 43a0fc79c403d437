"""The academy's working days and office hours, in Europe/London."""

from datetime import UTC, date, datetime, time, timedelta

from shared.london import LONDON

_BANK_HOLIDAYS = frozenset(
    {
        date(2020, 8, 31),
        date(2020, 12, 25),
        date(2020, 12, 28),
        date(2021, 1, 1),
        date(2021, 4, 2),
        date(2021, 4, 5),
        date(2021, 5, 3),
        date(2021, 5, 31),
    }
)
_CHRISTMAS_BREAK = (date(2020, 12, 21), date(2021, 1, 1))


def is_working_day(day: date) -> bool:
    """Monday to Friday, without bank holidays in England and the academy's Christmas break."""
    weekend = day.isoweekday() > 5  # noqa: PLR2004 (Saturday and Sunday)
    return not (weekend or day in _BANK_HOLIDAYS or _CHRISTMAS_BREAK[0] <= day <= _CHRISTMAS_BREAK[1])


def working_days(first: date, last: date) -> list[date]:
    """Every working day from `first` to `last`, both included."""
    span = (last - first).days
    return [day for day in (first + timedelta(days=n) for n in range(span + 1)) if is_working_day(day)]


def on_or_after(day: date) -> date:
    """That day, or the next working day."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def on_or_before(day: date) -> date:
    """That day, or the working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That wall-clock time in London as UTC, right on both sides of a clock change."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def during(day: date, hour: int) -> datetime:
    """Some minute of that hour: what the academy hears of within it is entered together."""
    return at(day, hour, day.toordinal() * 7 % 60)


def end_of_day(day: date) -> datetime:
    """When registers are sent and the day's loose ends tied."""
    return at(day, 17, 45)
