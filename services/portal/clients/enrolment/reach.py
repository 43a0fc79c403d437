"""Who was reached, and by what: the report under disclosure control."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, TypeAlias

import httpx
from pydantic import Field

from services.portal.clients.api import Api, View

_PLACE = "/enrolment/v1/reports/reach"
Audience: TypeAlias = Literal["published", "internal"]


class Period(View):
    """Whole days, the last one too."""

    begins: date = Field(alias="from")
    ends: date = Field(alias="to")


class Line(View):
    """A line of a breakdown; none where a number is hidden, and `hidden` says why."""

    enrolments: int | None = None
    hidden: str | None = None


class RoleGroup(Line):
    """A group of roles."""

    code: str
    percent: float | None = None


class Programme(Line):
    """What was offered."""

    title: str
    interventions: int | None = None


class System(Line):
    """A health and care system."""

    name: str
    people: int | None = None


class Share(View):
    """A share of all, by what it is counted."""

    enrolments: float | None = None
    hidden: str | None = None


class Reach(View):
    """The report of a period."""

    audience: Audience
    period: Period
    published_at: datetime | None = None
    interventions: int | None = None
    enrolments: int | None = None
    people: int | None = None
    attended_on_the_day_percent: float | None = None
    waiting: int | None = None
    withdrawals: int | None = None
    role_groups: Sequence[RoleGroup]
    programmes: Sequence[Programme]
    systems: Sequence[System]
    female_percent: Share
    minority_ethnic_percent: Share
    hidden: Mapping[str, str] = {}


async def report(services: Api, begins: date, ends: date, audience: Audience) -> Reach:
    """Of those days, for that audience."""
    return await services.get(Reach, _PLACE, **_asked(begins, ends, audience))


async def report_csv(services: Api, begins: date, ends: date, audience: Audience) -> httpx.Response:
    """The same numbers for a spreadsheet."""
    return await services.raw(f"{_PLACE}/lines.csv", **_asked(begins, ends, audience))


def _asked(begins: date, ends: date, audience: Audience) -> dict[str, str]:
    return {"from": begins.isoformat(), "to": ends.isoformat(), "audience": audience}
