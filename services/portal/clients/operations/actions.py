"""What operators do to events that are stuck, and what they did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID, uuid4

from services.portal.clients.api import Api, Page, View

Side: TypeAlias = Literal["deferred-events", "parked-events"]

_LOOKING = "looked at what it would do"


class Outcome(View):
    """What an action did, or would do."""

    event_ids: Sequence[UUID]
    waiting_behind: int


class Action(View):
    """What somebody did, and why."""

    id: UUID
    at: datetime
    caller: str
    action: str
    reason: str
    event_ids: Sequence[UUID]


async def page(services: Api, service: str, **query: Any) -> Page[Action]:
    """A part of what was done at the service, the newest first."""
    return await services.get(Page[Action], f"/{service}/v1/operations/actions", **query)


async def would(services: Api, service: str, side: Side, verb: str, event_id: UUID) -> Outcome:
    """What would happen; nothing does, and nothing is written down."""
    body = {"event_ids": [str(event_id)], "reason": _LOOKING, "dry_run": True}
    return await services.post(Outcome, _place(service, side, verb), body, key=str(uuid4()))


async def perform(
    services: Api, service: str, side: Side, verb: str, event_id: UUID, *, reason: str, key: str
) -> Outcome:
    """Do it, once under that key."""
    body = {"event_ids": [str(event_id)], "reason": reason, "dry_run": False}
    return await services.post(Outcome, _place(service, side, verb), body, key=key)


def _place(service: str, side: Side, verb: str) -> str:
    return f"/{service}/v1/operations/{side}/{verb}"
