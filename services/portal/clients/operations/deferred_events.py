"""Events of others that have no effect at a service yet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View


class DeferredEvent(View):
    """The first of a key is tried again, waits for an earlier one, or is given up; others stand behind it."""

    event_id: UUID
    topic: str
    key: str
    version: int
    type: str
    state: str
    error_class: str
    attempts: int
    deferred_at: datetime
    next_at: datetime
    waiting_behind: int | None


class DeferredEventWhole(DeferredEvent):
    """With its content; of a restricted topic the service keeps that to itself."""

    envelope: Mapping[str, Any]
    payload: Any


async def page(services: Api, service: str, **query: Any) -> Page[DeferredEvent]:
    """A part of the list; of the query what the API knows."""
    return await services.get(Page[DeferredEvent], _place(service), **query)


async def one(services: Api, service: str, event_id: UUID) -> DeferredEventWhole:
    """One of them."""
    return await services.get(DeferredEventWhole, f"{_place(service)}/{event_id}")


def _place(service: str) -> str:
    return f"/{service}/v1/operations/deferred-events"
