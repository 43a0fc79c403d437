"""The talent pools as counts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, TypeAlias

import httpx

from services.portal.clients.api import Api, View

_PLACE = "/talent/v1/reports/pools"
Audience: TypeAlias = Literal["internal", "published"]


class Count(View):
    """People with one attribute; none where so few are hidden, and `hidden` says why."""

    code: str
    people: int | None
    hidden: str | None


class Report(View):
    """The pools as at a day."""

    as_at: date
    published_at: datetime | None
    people: int | None
    readiness: Sequence[Count]
    professional_group: Sequence[Count]
    system: Sequence[Count]
    service_type: Sequence[Count]


async def report(services: Api, audience: Audience) -> Report:
    """As it is made for that audience."""
    return await services.get(Report, _PLACE, audience=audience)


async def report_csv(services: Api, audience: Audience) -> httpx.Response:
    """The same for a spreadsheet."""
    return await services.raw(f"{_PLACE}/lines.csv", audience=audience)
