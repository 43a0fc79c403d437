"""For ops: the records of other systems whose envelope cannot be read; look at them, then drop them."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from shared.contracts.topics import OPEN, WITHHELD
from shared.errors import NotFound
from shared.fields import Id, Reason, Title
from shared.messaging import recovery
from shared.messaging.actions import MOST, UNREAD, Action, on
from shared.messaging.recovery import ActionContext, NothingSelected, Selection
from shared.messaging.undecodable import SQL
from shared.messaging.wire import escaped
from shared.postgres.database import Transaction
from shared.web.app import Db
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.recovery import Ops, OutcomeView
from shared.web.refusals import refuses
from shared.web.views import Body, View

_KEY = 200
"""Bytes of a key that a list shows."""


class UndecodableRecord(View):
    """A record that is no event: nothing of it was applied, and nothing waits for it."""

    id: UUID = Field(description="This note.")
    topic: str = Field(description="Logical name.", examples=["enrolment.learners"])
    partition: int = Field(description="Where it stands.", examples=[0])
    offset: int = Field(description="Where it stands.", examples=[42])
    key: str | None = Field(
        description="With escapes; the first 200 bytes. Of a restricted topic it is withheld.", examples=["k1"]
    )
    bytes: int = Field(description="Its size.", examples=[120])
    noted_at: datetime = Field(description="UTC.")
    reason: str = Field(
        description="Why it is not believed: `Undecodable`, `OtherFormat`, `ForeignSource` or `VersionLeap`.",
        examples=["Undecodable"],
    )


class UndecodableRecordWhole(UndecodableRecord):
    """The record with its content, as text with escapes; that of a restricted topic stays where it is."""

    headers: list[tuple[str, str | None]] = Field(
        description="Names and contents, with escapes.", examples=[[("ce_type", "Unknown")]]
    )
    payload: str | None = Field(description="With escapes; null where there is none.", examples=["not json"])


class PassedBy(View):
    """Records of a topic that were only counted, because the day's budget was spent; they still stand in the topic."""

    topic: str = Field(description="Logical name.", examples=["enrolment.learners"])
    reason: str = Field(
        description="Why it is not believed: `Undecodable`, `OtherFormat`, `ForeignSource` or `VersionLeap`.",
        examples=["Undecodable"],
    )
    records: int = Field(description="One that Kafka delivered again counts again.", examples=[12])
    last_day: date = Field(description="By UTC.")
    partition: int = Field(description="Where the last of them stands.", examples=[0])
    offset: int = Field(description="Where the last of them stands.", examples=[42])


class DropBody(Body):
    """Those records for which every given part holds; one part at least."""

    event_ids: Annotated[list[Id], Field(max_length=MOST)] | None = Field(default=None, description="These records.")
    topic: Title | None = Field(
        default=None, description="Records of this topic, by its logical name.", examples=["enrolment.learners"]
    )
    reason: Reason = Field(description="Why; kept with the action.", examples=["a test of another team"])
    dry_run: bool = Field(default=True, description="Only count.")

    def selection(self) -> Selection:
        """NothingSelected when no part is given."""
        if not (self.event_ids or self.topic):
            raise NothingSelected("name ids or a topic")
        return Selection(self.event_ids, self.topic)


router = APIRouter(prefix="/v1/operations/undecodable-records", tags=["operations"])


@router.get("")
async def list_undecodable_records(caller: Ops, db: Db, paging: Paging) -> Page[UndecodableRecord]:
    """Records that are no event: unreadable, or not to be believed."""
    rows = await db.read(_fetch, "list", paging.after_id(), paging.fetch)
    return paging.page([UndecodableRecord.model_validate(_shown(row)) for row in rows], lambda r: r.id)


@router.get("/passed-by")
async def list_passed_by(caller: Ops, db: Db) -> Page[PassedBy]:
    """What was only counted: of a topic, a reason and a day (UTC) 16 MiB are kept. Who drops all of a topic ends it."""
    return Page(items=[PassedBy.model_validate(row) for row in await db.read(_fetch, "passed_by")], next=None)


@router.get("/{record_id}")
@refuses(NotFound)
async def get_undecodable_record(
    caller: Ops, record_id: Annotated[UUID, Path(description="The record, by the id of its note.")], db: Db
) -> UndecodableRecordWhole:
    """One of them, whole."""
    rows = await db.read(_fetch, "one", record_id)
    if not rows:
        raise NotFound("no such record is kept here")
    return UndecodableRecordWhole.model_validate(_shown(rows[0]))


def _offer() -> None:
    """A route for each action on many."""
    for action in on(UNREAD):
        router.post(f"/{action.verb}", name=action.verb, description=action.api)(_route(action))


def _route(action: Action) -> Callable[..., Awaitable[OutcomeView]]:
    @refuses(NothingSelected)
    async def perform(caller: Ops, body: DropBody, once: Idempotent) -> OutcomeView:
        context = ActionContext(caller.sub, body.reason, body.dry_run)
        return await once.run(OutcomeView, recovery.perform, action, body.selection(), context)

    return perform


_offer()


async def _fetch(tx: Transaction, name: str, *arguments: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await tx.fetch(SQL[name], *arguments)]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Where an envelope should be, anything may be: of a restricted topic only the names of the headers are shown."""
    key, payload = (raw if raw is None else escaped(raw) for raw in (_cut(row["key"]), row.get("payload")))
    headers = row.get("headers", [])
    if row["topic"] not in OPEN:
        key, payload, headers = WITHHELD, WITHHELD, [(name, WITHHELD) for name, _ in headers]
    return row | {"key": key, "payload": payload, "headers": headers}


def _cut(key: bytes | None) -> bytes | None:
    return key and key[:_KEY]
