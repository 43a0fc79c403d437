"""Events of a service that Kafka refuses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View


class ParkedEvent(View):
    """Those behind it on its key wait."""

    event_id: UUID
    topic: str
    key: str
    version: int
    type: str
    last_error: str
    parked_at: datetime
    bytes: int
    waiting_behind: int


class ParkedEventWhole(ParkedEvent):
    """With its content; of a restricted topic the service keeps that to itself."""

    headers: Mapping[str, Any]
    payload: Any


async def page(services: Api, service: str, **query: Any) -> Page[ParkedEvent]:
    """A part of the list; of the query what the API knows."""
    return await services.get(Page[ParkedEvent], _place(service), **query)


async def one(services: Api, service: str, event_id: UUID) -> ParkedEventWhole:
    """One of them."""
    return await services.get(ParkedEventWhole, f"{_place(service)}/{event_id}")


def _place(service: str) -> str:
    return f"/{service}/v1/operations/parked-events"
