"""What people do with events that are stuck, as the table says: dead letters, parked events, records that are none.

Each operator action is one transaction, takes at most a thousand events, and leaves a row: who, what, to which, why.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import UUID

from pydantic import ValidationError

from shared.contracts.catalogue import BY_TYPE
from shared.contracts.envelope import Contract, EventSkipped
from shared.errors import Invalid, NotFound
from shared.ids import new_id
from shared.messaging import deferred, outbox, undecodable
from shared.messaging.actions import FIX, MOST, READING, UNREAD, WRITING, Action, Name, Side
from shared.messaging.lanes import channel_of
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)

StreamAction: TypeAlias = Literal["reconcile_lane", "resume_publishing", "republish_contacts"]

_KEY = ("consumer", "topic", "key")
_ROW = (*_KEY, "version", "event_id")


class NothingSelected(Invalid):
    """An action needs event ids, a topic or an error class: never everything by accident."""

    code = "nothing_selected"


class NotParked(NotFound):
    """No parked event has that id; it may have been sent meanwhile."""

    code = "not_parked"


class Unfit(Invalid):
    """The fixed payload is not one of the event's type and key."""

    code = "payload_unfit"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the events that are stuck are meant; every part that is given must hold."""

    event_ids: Sequence[UUID] | None = None
    topic: str | None = None
    error_class: str | None = None

    def __post_init__(self) -> None:
        if not (self.event_ids or self.topic or self.error_class):
            raise NothingSelected("name event ids, a topic or an error class")

    @property
    def arguments(self) -> tuple[Sequence[UUID] | None, str | None, str | None, int]:
        """In the order the queries take them."""
        return self.event_ids or None, self.topic, self.error_class, MOST


@dataclass(frozen=True, slots=True)
class ActionContext:
    """Who acts and why; a dry run counts and changes nothing."""

    caller: str
    reason: str
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operator action did, or would do."""

    action: Name
    dry_run: bool
    event_ids: list[UUID] = field(default_factory=list[UUID])
    waiting_behind: int = 0


@dataclass(frozen=True, slots=True)
class _Steps:
    """Of an action on one side: find and lock, count what waits behind, change."""

    lock: "Callable[[Transaction, Action, Selection], Awaitable[list[Record]]]"
    behind: "Callable[[Transaction, list[Record]], Awaitable[int]]"
    change: "Callable[[Transaction, Action, list[Record]], Awaitable[None]]"


async def perform(tx: Transaction, action: Action, selection: Selection, context: ActionContext) -> Outcome:
    """Do it to what is selected, or only count that."""
    rows = await _STEPS[action.side].lock(tx, action, selection)
    outcome = await _written_down(tx, action, rows, context)
    if rows and not context.dry_run:
        await _STEPS[action.side].change(tx, action, rows)
    return outcome


async def fix(tx: Transaction, event_id: UUID, payload: Mapping[str, Any], context: ActionContext) -> Outcome:
    """Send a parked event with a fixed payload, under its id and version."""
    rows = await _lock_parked(tx, FIX, Selection([event_id]))
    if not rows:
        raise NotParked("no parked event has that id")
    fixed = _fixed(rows[0], payload)
    content = outbox.encoded(fixed)
    outcome = await _written_down(tx, FIX, rows, context)
    if not context.dry_run:
        await _rewrite(tx, rows, [(fixed.event_type(), content)])
        await _change_parked(tx, FIX, rows)
    return outcome


def _fixed(row: "Record", payload: Mapping[str, Any]) -> Contract:
    kind = BY_TYPE.get(row["type"])
    if kind is None or kind.topic != row["topic"]:
        raise Unfit("only an event of a known type can be fixed; retry or skip this one")
    try:
        fixed = kind.model_validate_json(json.dumps(payload))
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, e["loc"])) for e in error.errors()}))
        raise Unfit(f"the payload is no {kind.__name__}: look at {places}") from None
    if fixed.key() != row["key"]:
        raise Unfit("the payload belongs to another key")
    return fixed


async def _written_down(tx: Transaction, action: Action, rows: "list[Record]", context: ActionContext) -> Outcome:
    """What it is done to, noted unless it is a dry run."""
    event_ids = sorted(row["event_id"] for row in rows)  # not in the order of their keys, which may be persons
    waiting = await _STEPS[action.side].behind(tx, rows)
    if rows and not context.dry_run:
        await note(tx, action.name, context, event_ids)
    return Outcome(action.name, context.dry_run, event_ids, waiting)


async def note(tx: Transaction, name: Name | StreamAction, context: ActionContext, event_ids: Sequence[UUID]) -> None:
    """Write down who did what to which events, and why."""
    await tx.execute(SQL["note"], new_id(), context.caller, name, context.reason, event_ids)


async def _lock_deferred(tx: Transaction, action: Action, selection: Selection) -> "list[Record]":
    """Looked at twice: whoever held a cursor's lock meanwhile may have deferred what comes before a head."""
    found = await tx.fetch(SQL["heads"], *selection.arguments, action.heads, *(None for _ in _ROW))
    return await tx.fetch(SQL["heads"], *selection.arguments, action.heads, *_columns(found, *_ROW))


async def _behind_deferred(tx: Transaction, rows: "list[Record]") -> int:
    return await tx.fetchval(SQL["behind_deferred"], *_columns(rows, *_KEY))


async def _change_deferred(tx: Transaction, action: Action, rows: "list[Record]") -> None:
    """Whatever it was, what stands first on the key afterwards is due."""
    for statement in action.statements:
        await tx.execute(SQL[statement], *_columns(rows, *_ROW))
    await deferred.promote(tx, [(row["consumer"], row["topic"], row["key"]) for row in rows])


async def _lock_parked(tx: Transaction, _action: Action, selection: Selection) -> "list[Record]":
    return await tx.fetch(SQL["lock_parked"], *selection.arguments)


async def _behind_parked(tx: Transaction, rows: "list[Record]") -> int:
    return await tx.fetchval(SQL["behind_parked"], *_columns(rows, "topic", "key"))


async def _change_parked(tx: Transaction, action: Action, rows: "list[Record]") -> None:
    if action.marker:
        await _rewrite(tx, rows, [_marker(row) for row in rows])
    for statement in action.statements:
        await tx.execute(SQL[statement], *_places(rows))
    tx.channels.update(channel_of(row["lane"]) for row in rows)


def _marker(row: "Record") -> tuple[str, bytes]:
    marker = EventSkipped(effective_at=row["recorded_at"], skipped_type=row["type"])
    return EventSkipped.TYPE, marker.model_dump_json().encode()


async def _rewrite(tx: Transaction, rows: "list[Record]", contents: Sequence[tuple[str, bytes]]) -> None:
    types, payloads = [kind for kind, _ in contents], [payload for _, payload in contents]
    await tx.execute(SQL["rewrite"], *_places(rows), types, payloads)


async def _lock_undecodable(tx: Transaction, _action: Action, selection: Selection) -> "list[Record]":
    return await undecodable.lock(tx, selection.event_ids or None, selection.topic)


async def _behind_undecodable(_tx: Transaction, _rows: "list[Record]") -> int:
    """They hold nothing up."""
    return 0


def _places(rows: "list[Record]") -> list[list[Any]]:
    """Where the rows stand in the outbox, as columns."""
    return _columns(rows, "topic", "lane", "seq")


def _columns(rows: "list[Record]", *names: str) -> list[list[Any]]:
    return [[row[name] for row in rows] for name in names]


_STEPS: Mapping[Side, _Steps] = MappingProxyType(
    {
        READING: _Steps(_lock_deferred, _behind_deferred, _change_deferred),
        WRITING: _Steps(_lock_parked, _behind_parked, _change_parked),
        UNREAD: _Steps(_lock_undecodable, _behind_undecodable, undecodable.change),
    }
)
