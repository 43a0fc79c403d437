"""For ops, when events are stuck: look at them, then replay, skip, retry or fix them; see what was done before."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field
from pydantic_core import from_json

from shared.contracts.topics import OPEN, WITHHELD, shown_key
from shared.errors import NotFound
from shared.fields import Id, Reason, Title
from shared.messaging import recovery
from shared.messaging.actions import FIX, MOST, READING, WRITING, Action, Name, Side, on
from shared.messaging.deferred import State
from shared.messaging.outbox import EventTooLarge
from shared.messaging.recovery import SQL, ActionContext, NothingSelected, NotParked, Selection, StreamAction, Unfit
from shared.messaging.wire import escaped
from shared.postgres.database import Transaction
from shared.web.app import Db
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.principal import REGION, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import EVENT_TYPE, EventType
from shared.web.views import Body, View

Ops = Annotated[Principal, allowed(ops=REGION)]


Key = Annotated[
    str,
    Field(
        description="What the event is about. Of a restricted topic it is withheld: it may be a person.",
        examples=["0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10"],
    ),
]
EventInPath = Annotated[UUID, Path(description="The event, by its id.")]


class DeferredEvent(View):
    """An event of another service that has no effect here yet.

    The first of a key is tried again (retry), waits for one before it (gap) or is given up (dead); whatever else is
    deferred of the key stands behind it, and how much stands behind itself is not told of such a one.
    """

    event_id: UUID = Field(description="The event.")
    topic: str = Field(description="Logical name.", examples=["enrolment.learners"])
    key: Key
    version: int = Field(description="Of the key, from 1 on.", examples=[3])
    type: EventType
    state: State = Field(description="Tried again (retry), behind a gap (gap) or given up (dead).", examples=["dead"])
    error_class: str = Field(description="Of the error of the last attempt.", examples=["ForeignKeyViolationError"])
    attempts: int = Field(description="How often it was tried.", examples=[5])
    deferred_at: datetime = Field(description="Since when; UTC.")
    next_at: datetime = Field(description="When it is tried next; UTC.")
    waiting_behind: int | None = Field(
        description="Events of the key that wait for this one; null of one that waits itself.", examples=[2]
    )


class DeferredEventWhole(DeferredEvent):
    """The event with its content; the payload of a restricted topic stays where it is."""

    envelope: dict[str, Any] = Field(description="Its headers.", examples=[{"type": EVENT_TYPE}])
    payload: Any = Field(
        description="Its content; withheld of a restricted topic.",
        examples=[{"person_id": "0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10"}],
    )


class ParkedEvent(View):
    """An event of this service that Kafka refuses; those behind it on its key wait."""

    event_id: UUID = Field(description="The event.")
    topic: str = Field(description="Logical name.", examples=["enrolment.learners"])
    key: Key
    version: int = Field(description="Of the key, from 1 on.", examples=[3])
    type: EventType
    last_error: str = Field(description="Of Kafka.", examples=["MessageSizeTooLargeError"])
    parked_at: datetime = Field(description="Since when; UTC.")
    bytes: int = Field(description="Its size.", examples=[1048577])
    waiting_behind: int = Field(description="Events of the key that wait for this one.", examples=[2])


class ParkedEventWhole(ParkedEvent):
    """The event with its content; the payload of a restricted topic stays where it is."""

    headers: dict[str, Any] = Field(description="As they are sent.", examples=[{"ce_type": EVENT_TYPE}])
    payload: Any = Field(
        description="Its content; withheld of a restricted topic.",
        examples=[{"person_id": "0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10"}],
    )


class OutcomeView(View):
    """What an operator action did, or would do when it is a dry run (the default)."""

    action: Name = Field(description="Which action.")
    dry_run: bool = Field(description="Whether it was only counted.")
    event_ids: list[UUID] = Field(description="What it was done to, or would be.")
    waiting_behind: int = Field(description="Events that go on with them.", examples=[2])


class ActionView(View):
    """What somebody did."""

    id: UUID = Field(description="This action.")
    at: datetime = Field(description="UTC.")
    caller: str = Field(description="Who, as the token names them.", examples=["ops-1"])
    action: Name | StreamAction = Field(description="Which action.")
    reason: str = Field(description="Why.", examples=["the code list was mended"])
    event_ids: list[UUID] = Field(description="What it was done to.")


class ActionBody(Body):
    """An operator action on those events for which every given part holds; one part at least."""

    event_ids: Annotated[list[Id], Field(max_length=MOST)] | None = Field(default=None, description="These events.")
    topic: Title | None = Field(
        default=None, description="Events of this topic, by its logical name.", examples=["enrolment.learners"]
    )
    error_class: Title | None = Field(
        default=None, description="Events whose last error was of this class.", examples=["ForeignKeyViolationError"]
    )
    reason: Reason = Field(description="Why; kept with the action.", examples=["the code list was mended"])
    dry_run: bool = Field(default=True, description="Only count.")

    def selection(self) -> Selection:
        """NothingSelected when no part is given."""
        return Selection(self.event_ids, self.topic, self.error_class)


class FixBody(Body):
    """The payload as it should have been; same type, same key."""

    payload: dict[str, Any] = Field(
        description="What is sent instead; same type, same key.",
        examples=[{"person_id": "0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10"}],
    )
    reason: Reason = Field(description="Why; kept with the action.", examples=["a name was too long"])
    dry_run: bool = Field(default=True, description="Only check.")


router = APIRouter(prefix="/v1/operations", tags=["operations"])


def _offer(side: Side) -> None:
    """A route for each action on many."""
    for action in on(side):
        router.post(f"/{action.path}", name=action.name, description=action.api)(_route(action))


def _route(action: Action) -> Callable[..., Awaitable[OutcomeView]]:
    @refuses(NothingSelected)
    async def perform(caller: Ops, body: ActionBody, once: Idempotent) -> OutcomeView:
        return await once.run(OutcomeView, recovery.perform, action, body.selection(), _context(caller, body))

    return perform


@router.get("/deferred-events")
async def list_deferred_events(
    caller: Ops,
    db: Db,
    paging: Paging,
    state: Annotated[State, Query(description="Where it stands: tried again, behind a gap, or given up.")] = "dead",
) -> Page[DeferredEvent]:
    """Deferred events, by default the dead ones."""
    rows = await db.read(_fetch, "deferred", state, paging.after_id(), paging.fetch)
    return paging.page([DeferredEvent.model_validate(row) for row in rows], lambda e: e.event_id)


@router.get("/deferred-events/{event_id}")
@refuses(NotFound)
async def get_deferred_event(caller: Ops, event_id: EventInPath, db: Db) -> DeferredEventWhole:
    """One deferred event, whole."""
    return DeferredEventWhole.model_validate(await _one(db, "one_deferred", event_id))


_offer(READING)


@router.get("/parked-events")
async def list_parked_events(caller: Ops, db: Db, paging: Paging) -> Page[ParkedEvent]:
    """Events of this service that Kafka refuses."""
    rows = await db.read(_fetch, "parked", paging.after_id(), paging.fetch)
    return paging.page([ParkedEvent.model_validate(row) for row in rows], lambda e: e.event_id)


@router.get("/parked-events/{event_id}")
@refuses(NotFound)
async def get_parked_event(caller: Ops, event_id: EventInPath, db: Db) -> ParkedEventWhole:
    """One refused event, whole."""
    return ParkedEventWhole.model_validate(await _one(db, "one_parked", event_id))


_offer(WRITING)


@router.post(f"/{FIX.side}/{{event_id}}/{FIX.verb}", name=FIX.name, description=FIX.api)
@refuses(NotParked, Unfit, EventTooLarge)
async def fix(caller: Ops, event_id: EventInPath, body: FixBody, once: Idempotent) -> OutcomeView:
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
