"""Working days of England, as the academy counts them."""

from collections.abc import Container
from datetime import date, timedelta

from holidays import country_holidays

BANK_HOLIDAYS: Container[date] = country_holidays("GB", subdiv="ENG")
"""Days off in England, substitute days included; a year is worked out when it is first asked for, and kept."""
_SATURDAY = 5


def working_days_before(day: date, count: int, bank_holidays: Container[date]) -> date:
    """The day `count` working days before `day`; weekends and bank holidays are not counted."""
    while count > 0:
        day -= timedelta(days=1)
        if day.weekday() < _SATURDAY and day not in bank_holidays:
            count -= 1
    return day
