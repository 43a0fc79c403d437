"""What became of places, by who the people work for; exact, for those who answer for them."""

from collections.abc import Sequence
from datetime import date

import httpx

from services.portal.clients.api import Api, View

_PLACE = "/enrolment/v1/reports/organisations"


class Organisation(View):
    """Places of the people who work there, and how the sessions of these places went."""

    system: str
    organisation: str
    name: str | None = None
    enrolments: int
    session_places: int
    attended: int
    missed: int
    withdrawn_in_time: int
    withdrawn_late: int

    @property
    def called(self) -> str:
        """Its name, or its code where no list knows that."""
        return self.name or self.organisation


class Report(View):
    """Of a period."""

    organisations: Sequence[Organisation]


async def report(services: Api, begins: date, ends: date) -> Sequence[Organisation]:
    """Of those days, the last one too."""
    return (await services.get(Report, _PLACE, **_asked(begins, ends))).organisations


async def report_csv(services: Api, begins: date, ends: date) -> httpx.Response:
    """The same numbers for a spreadsheet."""
    return await services.raw(f"{_PLACE}/lines.csv", **_asked(begins, ends))


def _asked(begins: date, ends: date) -> dict[str, str]:
    return {"from": begins.isoformat(), "to": ends.isoformat()}
