"""The academy keeps Europe/London time: days begin at midnight there, and working days are counted there."""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from holidays import country_holidays

LONDON = ZoneInfo("Europe/London")

BANK_HOLIDAYS: Container[date] = country_holidays("GB", subdiv="ENG")
"""Days off in England, substitute days included; a year is worked out when it is first asked for, and kept."""
_SATURDAY = 5


def day_of(moment: datetime) -> date:
    """The London day a moment falls on."""
    return moment.astimezone(LONDON).date()


def midnight(day: date) -> datetime:
    """The moment, in UTC, at which a London day begins."""
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def working_days_before(day: date, count: int, bank_holidays: Container[date]) -> date:
    """The day `count` working days before `day`; weekends and bank holidays are not counted."""
    while count > 0:
        day -= timedelta(days=1)
        if day.weekday() < _SATURDAY and day not in bank_holidays:
            count -= 1
    return day
