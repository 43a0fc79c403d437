"""The months of a report, as they stand in an address: `2020-04`."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from services.portal.frame.forms import Form
from shared.london import day_of

_MONTH = re.compile(r"20\d{2}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Months:
    """From the first day of one month to the last of another."""

    begins: date
    ends: date

    @classmethod
    def latest(cls, now: datetime) -> Self:
        """What was over last: the NHS year where that has just ended, else the quarter or the month that has."""
        last = day_of(now).replace(day=1) - timedelta(days=1)
        months = {3: 12, 6: 3, 9: 3, 12: 3}.get(last.month, 1)
        first = last.year * 12 + last.month - months
        return cls(date(first // 12, first % 12 + 1, 1), last)

    @property
    def words(self) -> str:
        """`April 2020 to March 2021`."""
        first, last = f"{self.begins:%B %Y}", f"{self.ends:%B %Y}"
        return first if first == last else f"{first} to {last}"


def read(form: Form, usual: Months) -> Months:
    """As the form says; what it does not say, or not well, is as usual."""
    begins = _month(form, "from") or usual.begins
    ends = _month(form, "to") or usual.ends.replace(day=1)
    if ends < begins:
        form.fault("to", "Choose a last month that is not before the first")
        return usual
    return Months(begins, ends.replace(day=calendar.monthrange(ends.year, ends.month)[1]))


def _month(form: Form, name: str) -> date | None:
    text = form.value(name).strip()
    if _MONTH.fullmatch(text):
        return date.fromisoformat(f"{text}-01")
    if text:
        form.fault(name, "Enter a month like 2020-04")
    return None
