"""The months of a report."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from services.portal.clients import clock
from services.portal.frame.forms import Form
from services.portal.pages.visit import Visit
from shared.london import day_of


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


async def asked(visit: Visit) -> tuple[Form, Months]:
    """The months of the address, and the form that says so; the latest where it names none."""
    form = Form.of(visit.request.query_params)
    return form, read(form, Months.latest(await clock.now(visit.services)))


def read(form: Form, usual: Months) -> Months:
    """As the form says, which tells the usual ones where it is silent; the usual ones too where it cannot be read."""
    for name, day in (("from", usual.begins), ("to", usual.ends)):
        if not form.value(name).strip():
            form.keep(name, f"{day:%B %Y}")
    begins, ends = form.month("from", "First month"), form.month("to", "Last month")
    if begins is None or ends is None:
        return usual
    if ends < begins:
        form.fault("to", "Choose a last month that is not before the first")
        return usual
    return Months(begins, ends.replace(day=calendar.monthrange(ends.year, ends.month)[1]))
