"""The academy keeps Europe/London time: days begin at midnight there."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_of(moment: datetime) -> date:
    """The London day a moment falls on."""
    return moment.astimezone(LONDON).date()
