"""What the academy offers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from services.portal.clients.api import Api, Edition, Page, View, WithActions
from services.portal.clients.enrolment.changes import Change

_PLACE = "/enrolment/v1/programmes"


class Completion(View):
    """What it takes to complete it."""

    attend: int | str
    recordings_count: bool = False


class Programme(WithActions):
    """A programme."""

    programme_code: str
    family: str
    title: str
    levels: list[str]
    audience: str
    provider: str
    awarding_body: str | None = None
    award: str | None = None
    completion: Completion
    over_booking: bool
    late_entry: str
    retired_at: datetime | None = None

    @property
    def state(self) -> str:
        """Offered or retired."""
        return "retired" if self.retired_at else "offered"


async def page(services: Api, **query: Any) -> Page[Programme]:
    """A part of the list, by code."""
    return await services.get(Page[Programme], _PLACE, **query)


async def one(services: Api, code: str) -> Edition[Programme]:
    """One of them, to look at or to edit."""
    return await services.edition(Programme, _at(code))


async def put(services: Api, code: str, body: Mapping[str, Any], *, etag: str | None) -> Programme:
    """Change the one that was read under that ETag, or offer it again; without one, make it where there is none."""
    return await services.put(Programme, _at(code), body, etag=etag)


async def retire(services: Api, code: str, *, key: str) -> Programme:
    """Offer it no more; what was opened of it goes on."""
    return await services.post(Programme, f"{_at(code)}/retirement", key=key)


async def history(services: Api, code: str, **query: Any) -> Page[Change]:
    """What was changed of it."""
    return await services.get(Page[Change], f"{_at(code)}/history", **query)


def _at(code: str) -> str:
    """Whoever types a code types no address."""
    return f"{_PLACE}/{quote(code, safe='')}"
