"""For ops, when events are stuck: look at them, then replay, skip, retry or fix them; see what was done before."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from pydantic_core import from_json

from shared.contracts.topics import OPEN, WITHHELD, shown_key
from shared.errors import NotFound
from shared.fields import Id, Reason, Title
from shared.messaging import recovery
from shared.messaging.actions import FIX, MOST, READING, WRITING, Action, Name, Side, on
from shared.messaging.deferred import State
from shared.messaging.recovery import SQL, ActionContext, Selection, StreamAction
from shared.messaging.wire import escaped
from shared.postgres.database import Transaction
from shared.web.app import Db
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.principal import REGION, Principal, allowed
from shared.web.views import Body, View

Ops = Annotated[Principal, allowed(ops=REGION)]


Key = Annotated[str, Field(description="Of a restricted topic it is withheld: it may be a person.")]


class DeferredEvent(View):
    """An event of another service that has no effect here yet.

    The first of a key is tried again (retry), waits for one before it (gap) or is given up (dead); whatever else is
    deferred of the key stands behind it, and how much stands behind itself is not told of such a one.
    """

    event_id: UUID
    topic: str
    key: Key
    version: int
    type: str
    state: State
    error_class: str
    attempts: int
    deferred_at: datetime
    next_at: datetime
    waiting_behind: int | None


class DeferredEventWhole(DeferredEvent):
    """The event with its content; the payload of a restricted topic stays where it is."""

    envelope: dict[str, Any]
    payload: Any


class ParkedEvent(View):
    """An event of this service that Kafka refuses; those behind it on its key wait."""

    event_id: UUID
    topic: str
    key: Key
    version: int
    type: str
    last_error: str
    parked_at: datetime
    bytes: int
    waiting_behind: int


class ParkedEventWhole(ParkedEvent):
    """The event with its content; the payload of a restricted topic stays where it is."""

    headers: dict[str, Any]
    payload: Any


class OutcomeView(View):
    """What an operator action did, or would do when it is a dry run (the default)."""

    action: Name
    dry_run: bool
    event_ids: list[UUID]
    waiting_behind: int


class ActionView(View):
    """What somebody did."""

    id: UUID
    at: datetime
    caller: str
    action: Name | StreamAction
    reason: str
    event_ids: list[UUID]


class ActionBody(Body):
    """An operator action on those events for which every given part holds; one part at least."""

    event_ids: Annotated[list[Id], Field(max_length=MOST)] | None = None
    topic: Title | None = None
    error_class: Title | None = None
    reason: Reason = Field(description="Why; kept with the action.")
    dry_run: bool = Field(default=True, description="Only count.")

    def selection(self) -> Selection:
        """NothingSelected when no part is given."""
        return Selection(self.event_ids, self.topic, self.error_class)


class FixBody(Body):
    """The payload as it should have been; same type, same key."""

    payload: dict[str, Any]
    reason: Reason
    dry_run: bool = True


router = APIRouter(prefix="/v1/operations", tags=["operations"])


def _offer(side: Side) -> None:
    """A route for each action on many."""
    for action in on(side):
        router.post(f"/{action.path}", name=action.name, description=action.api)(_route(action))


def _route(action: Action) -> Callable[..., Awaitable[OutcomeView]]:
    async def perform(caller: Ops, body: ActionBody, once: Idempotent) -> OutcomeView:
        return await once.run(OutcomeView, recovery.perform, action, body.selection(), _context(caller, body))

    return perform


@router.get("/deferred-events")
async def list_deferred_events(
    caller: Ops, db: Db, paging: Paging, state: Annotated[State, Query()] = "dead"
) -> Page[DeferredEvent]:
    """Deferred events, by default the dead ones."""
    rows = await db.read(_fetch, "deferred", state, paging.after_id(), paging.fetch)
    return paging.page([DeferredEvent.model_validate(row) for row in rows], lambda e: e.event_id)


@router.get("/deferred-events/{event_id}")
async def get_deferred_event(caller: Ops, event_id: UUID, db: Db) -> DeferredEventWhole:
    """One deferred event, whole."""
    return DeferredEventWhole.model_validate(await _one(db, "one_deferred", event_id))


_offer(READING)


@router.get("/parked-events")
async def list_parked_events(caller: Ops, db: Db, paging: Paging) -> Page[ParkedEvent]:
    """Events of this service that Kafka refuses."""
    rows = await db.read(_fetch, "parked", paging.after_id(), paging.fetch)
    return paging.page([ParkedEvent.model_validate(row) for row in rows], lambda e: e.event_id)


@router.get("/parked-events/{event_id}")
async def get_parked_event(caller: Ops, event_id: UUID, db: Db) -> ParkedEventWhole:
    """One refused event, whole."""
    return ParkedEventWhole.model_validate(await _one(db, "one_parked", event_id))


_offer(WRITING)


@router.post(f"/{FIX.side}/{{event_id}}/{FIX.verb}", name=FIX.name, description=FIX.api)
async def fix(caller: Ops, event_id: UUID, body: FixBody, once: Idempotent) -> OutcomeView:
    """The only action that takes one event and a payload."""
    return await once.run(OutcomeView, recovery.fix, event_id, body.payload, _context(caller, body))


@router.get("/actions")
async def list_actions(caller: Ops, db: Db, paging: Paging) -> Page[ActionView]:
    """Who did what to events that were stuck, newest first."""
    rows = await db.read(_fetch, "actions", paging.after_id(), paging.fetch)
    return paging.page([ActionView.model_validate(row) for row in rows], lambda a: a.id)


def _context(caller: Principal, body: ActionBody | FixBody) -> ActionContext:
    return ActionContext(caller.sub, body.reason, body.dry_run)


async def _fetch(tx: Transaction, name: str, *arguments: Any) -> list[dict[str, Any]]:
    return [_without_person(dict(row)) for row in await tx.fetch(SQL[name], *arguments)]


def _without_person(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"key": shown_key(row["topic"], row["key"])} if "key" in row else row


async def _one(db: Db, name: str, event_id: UUID) -> dict[str, Any]:
    rows = await db.read(_fetch, name, event_id)
    if not rows:
        raise NotFound("no such event is stuck here")
    return rows[0] | {"payload": _shown(rows[0]["topic"], rows[0]["payload"])}


def _shown(topic: str, payload: bytes) -> Any:
    """Judgements on a person and contact details stay in the database, whoever asks."""
    if topic not in OPEN:
        return WITHHELD
    try:
        content = from_json(payload, allow_inf_nan=False)
        json.dumps(content, allow_nan=False)  # 1e999 is a number in JSON, and none once it is read
    except ValueError:
        return escaped(payload)
    return content
