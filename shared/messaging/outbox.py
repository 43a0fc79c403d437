"""The write side: events join the transaction of the command that caused them.

`append` only validates and buffers; the unit of work flushes just before its commit, sorted by (topic, key), so
that writers of several keys never meet in opposite order and a hot key is locked for a moment only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.envelope import Contract
from shared.errors import Invalid
from shared.ids import new_id
from shared.messaging.lanes import channel_of, lane_of
from shared.observability import tracing
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)
LARGEST = 900_000
"""Bytes of payload: what is larger is refused before the commit, never by Kafka after it."""


class EventTooLarge(Invalid):
    """The event would not fit into one Kafka record."""

    code = "event_too_large"


@dataclass(frozen=True, slots=True)
class Pending:
    """An outbox row to be; its version is given by the database at the flush."""

    topic: str
    key: str
    event_id: UUID
    type: str
    payload: bytes
    headers: Mapping[str, str]


def append(tx: Transaction, event: Contract, *, at: datetime) -> UUID:
    """Announce `event` when `tx` commits, and only then.

    `at` is the command's now and becomes `ce_time`; `effective_at` in the payload may differ.
    Returns the event's id. Raises EventTooLarge above 900 kB.
    """
    pending = Pending(event.topic, event.key(), new_id(), event.event_type(), encoded(event), _context(at))
    append_raw(tx, pending)
    return pending.event_id


def encoded(event: Contract) -> bytes:
    """The payload as it is sent; EventTooLarge above 900 kB."""
    payload = event.model_dump_json().encode()
    if len(payload) > LARGEST:
        raise EventTooLarge(f"{type(event).__name__} has {len(payload)} bytes; {LARGEST} are the most")
    return payload


def append_raw(tx: Transaction, pending: Pending) -> None:
    """Announce bytes as they are: dead letters only, everything else goes through `append`."""
    tx.before_commit(_flush, pending)


def _context(at: datetime) -> dict[str, str]:
    trace = tracing.current()
    headers = {"time": at.isoformat(), "correlationid": trace.correlation_id}
    if trace.causation_id:
        headers["causationid"] = trace.causation_id
    if trace.traceparent:
        headers["traceparent"] = trace.traceparent
    return headers


async def _flush(tx: Transaction, items: list[Any]) -> None:
    rows: list[Pending] = sorted(items, key=lambda p: (p.topic, p.key))
    lanes = [lane_of(r.key) for r in rows]
    columns = [
        (r.topic, r.key, lane, r.event_id, r.type, r.payload, dict(r.headers))
        for r, lane in zip(rows, lanes, strict=True)
    ]
    if len(columns) == 1:  # most commands announce one event, and the driver is quicker with one
        await tx.execute(SQL["append"], *columns[0])
    else:
        await tx.executemany(SQL["append"], columns)
    tx.channels.update(map(channel_of, lanes))
