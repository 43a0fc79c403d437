"""People in the talent pools."""

from datetime import date
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View


class Member(View):
    """A member, and the judgement in force."""

    person_id: UUID
    name: str
    professional_group: str
    system: str
    readiness: str
    assessed_on: date
    valid_until: date
    expired: bool


async def page(services: Api, **query: Any) -> Page[Member]:
    """A part of the list; of the query what the API knows."""
    return await services.get(Page[Member], "/talent/v1/members", **query)
