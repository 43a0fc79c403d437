"""What people do with events that are stuck: dead letters on the reading side, parked events on the writing side.

Each operator action is one transaction, takes at most a thousand events, and leaves a row: who, what, to which, why.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import UUID

from pydantic import ValidationError

from shared.contracts.catalogue import BY_TYPE
from shared.contracts.envelope import Contract, EventSkipped
from shared.errors import Invalid, NotFound
from shared.ids import new_id
from shared.messaging import deferred, outbox
from shared.messaging.lanes import channel_of
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)
MOST = 1_000
"""How many events one operator action takes; the next one takes the next."""

Action: TypeAlias = Literal[
    "replay", "skip", "accept_gap", "retry_parked", "skip_parked", "fix_parked", "drop_undecodable"
]
_KEY = ("consumer", "topic", "key")
_ROW = (*_KEY, "version", "event_id")
StreamAction: TypeAlias = Literal["reconcile_lane", "resume_publishing", "republish_contacts"]


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

    act: Action
    dry_run: bool
    event_ids: list[UUID] = field(default_factory=list[UUID])
    waiting_behind: int = 0


Do: TypeAlias = "Callable[[Transaction, list[Record]], Awaitable[None]]"


async def replay(tx: Transaction, selection: Selection, context: ActionContext) -> Outcome:
    """Let what stands first on its key, dead or waiting, be tried again within seconds, with all tries before it."""
    return await _on_deferred(tx, "replay", selection, context, _replay)


async def skip(tx: Transaction, selection: Selection, context: ActionContext) -> Outcome:
    """Pass over dead letters for good, and over what waits where it is named: what stands behind each goes on."""
    return await _on_deferred(tx, "skip", selection, context, _skip)


async def accept_gap(tx: Transaction, selection: Selection, context: ActionContext) -> Outcome:
    """Wait no longer for versions that will never come: the event behind each gap is next, and its key goes on.

    Whatever stands first on its key and is not next is behind a gap, whether or not it was looked at yet.
    """
    return await _on_deferred(tx, "accept_gap", selection, context, _accept_gap)


async def retry_parked(tx: Transaction, selection: Selection, context: ActionContext) -> Outcome:
    """Send parked events again as they are, because what Kafka had against them is gone."""
    return await _on_parked(tx, "retry_parked", selection, context, _release)


async def skip_parked(tx: Transaction, selection: Selection, context: ActionContext) -> Outcome:
    """Send a marker of the same version instead of each parked event, so that its key has no gap."""
    return await _on_parked(tx, "skip_parked", selection, context, _replace_by_marker)


async def fix_parked(tx: Transaction, event_id: UUID, payload: Mapping[str, Any], context: ActionContext) -> Outcome:
    """Send a parked event with a fixed payload, under its id and version."""
    rows = await tx.fetch(SQL["lock_parked"], *Selection([event_id]).arguments)
    if not rows:
        raise NotParked("no parked event has that id")
    fixed = _fixed(rows[0], payload)
    content = outbox.encoded(fixed)
    outcome = await _done(tx, "fix_parked", context, rows, await _behind_parked(tx, rows))
    if not context.dry_run:
        await _rewrite(tx, rows, [(fixed.event_type(), content)])
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


async def _on_deferred(
    tx: Transaction, action: Action, selection: Selection, context: ActionContext, do: Do
) -> Outcome:
    rows = await _heads(tx, action, selection)
    behind = await tx.fetchval(SQL["behind_deferred"], *_columns(rows, *_KEY))
    outcome = await _done(tx, action, context, rows, behind)
    if rows and not context.dry_run:
        await do(tx, rows)
    return outcome


async def _heads(tx: Transaction, action: Action, selection: Selection) -> "list[Record]":
    """Looked at twice: whoever held a cursor's lock meanwhile may have deferred what comes before a head."""
    found = await tx.fetch(SQL["heads"], *selection.arguments, action, *(None for _ in _ROW))
    return await tx.fetch(SQL["heads"], *selection.arguments, action, *_columns(found, *_ROW))


async def _on_parked(tx: Transaction, action: Action, selection: Selection, context: ActionContext, do: Do) -> Outcome:
    rows = await tx.fetch(SQL["lock_parked"], *selection.arguments)
    outcome = await _done(tx, action, context, rows, await _behind_parked(tx, rows))
    if rows and not context.dry_run:
        await do(tx, rows)
    return outcome


async def _behind_parked(tx: Transaction, rows: "list[Record]") -> int:
    return await tx.fetchval(SQL["behind_parked"], *_columns(rows, "topic", "key"))


async def _done(tx: Transaction, action: Action, context: ActionContext, rows: "list[Record]", waiting: int) -> Outcome:
    """Write the action down unless it is a dry run; `waiting` is what stands behind the events."""
    event_ids = sorted(row["event_id"] for row in rows)  # not in the order of their keys, which may be persons
    if rows and not context.dry_run:
        await note(tx, action, context, event_ids)
    return Outcome(action, context.dry_run, event_ids, waiting)


async def note(
    tx: Transaction, action: Action | StreamAction, context: ActionContext, event_ids: Sequence[UUID]
) -> None:
    """Write down who did what to which events, and why."""
    await tx.execute(SQL["note"], new_id(), context.caller, action, context.reason, event_ids)


async def _replay(tx: Transaction, rows: "list[Record]") -> None:
    await tx.execute(SQL["replay"], *_columns(rows, *_ROW))


async def _skip(tx: Transaction, rows: "list[Record]") -> None:
    columns = _columns(rows, *_ROW)
    await tx.execute(SQL["drop"], *columns)
    await tx.execute(SQL["advance"], *columns)
    await deferred.promote(tx, [(row["consumer"], row["topic"], row["key"]) for row in rows])


async def _accept_gap(tx: Transaction, rows: "list[Record]") -> None:
    await tx.execute(SQL["jump"], *_columns(rows, *_KEY), [row["version"] - 1 for row in rows])
    await tx.execute(SQL["replay"], *_columns(rows, *_ROW))


async def _release(tx: Transaction, rows: "list[Record]") -> None:
    await tx.execute(SQL["release"], *_places(rows))
    tx.channels.update(channel_of(row["lane"]) for row in rows)


async def _replace_by_marker(tx: Transaction, rows: "list[Record]") -> None:
    markers = [EventSkipped(effective_at=row["recorded_at"], skipped_type=row["type"]) for row in rows]
    await _rewrite(tx, rows, [(EventSkipped.TYPE, marker.model_dump_json().encode()) for marker in markers])


async def _rewrite(tx: Transaction, rows: "list[Record]", contents: Sequence[tuple[str, bytes]]) -> None:
    types, payloads = [kind for kind, _ in contents], [payload for _, payload in contents]
    await tx.execute(SQL["rewrite"], *_places(rows), types, payloads)
    await _release(tx, rows)


def _places(rows: "list[Record]") -> list[list[Any]]:
    """Where the rows stand in the outbox, as columns."""
    return _columns(rows, "topic", "lane", "seq")


def _columns(rows: "list[Record]", *names: str) -> list[list[Any]]:
    return [[row[name] for row in rows] for name in names]
