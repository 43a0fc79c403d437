"""Records that cannot be read or believed: each stands once in the database, and once in the dead-letter topic.

No key and no version is known of them, so they hold nothing up. What is kept is cut to what a dead letter holds.

Whoever may write a topic could fill the databases of all its readers. So there is a budget for each topic, reason and
day; of what comes when it is spent only how many there were. Those records still stand in their topic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from shared.contracts.topics import TOPICS, copies_kept
from shared.messaging import dead_letters, recovery, wire
from shared.messaging.outbox import LARGEST
from shared.messaging.recovery import MOST, NothingSelected, Order, Outcome
from shared.messaging.wire import Undecodable
from shared.observability import metrics
from shared.observability.logs import get_logger
from shared.postgres.database import Database, Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)

DAILY_BYTES = 16 * 1024 * 1024
"""Of a topic, a reason and a day (UTC)."""

_BESIDES = 1_024
"""Bytes that a record takes besides what it holds: rows, their indexes, the stream of its dead letter."""

_MOST_HEADERS = 100


@dataclass(slots=True)
class _Budget:
    """What is spent of a day's, and of the records it was not enough for: how many, and the last."""

    day: date
    spent: int
    passed_by: int = 0
    last: Undecodable | None = None

    def allows(self, row: Sequence[Any]) -> bool:
        """Whether the row can be kept; what can is spent."""
        *_, key, payload, _, headers, _ = row
        texts = sum(len(text.encode()) for header in headers for text in header if text)
        cost = _BESIDES + len(key or b"") + len(payload or b"") + texts
        if self.spent + cost > DAILY_BYTES:
            return False
        self.spent += cost
        return True

    def pass_by(self, record: Undecodable) -> None:
        """Count it, and no more."""
        self.passed_by += 1
        self.last = record


async def set_aside(tx: Transaction, consumer: str, records: Sequence[Undecodable]) -> None:
    """Keep the records and send their dead letters; of those that are kept already, nothing is said again.

    Two members of a group may come with the same records: in the order of topics neither waits for the other.
    """
    for (topic, reason), alike in groupby(sorted(records, key=_place), key=_kind):
        await _set_aside(tx, (consumer, topic, reason), list(alike))


def _kind(record: Undecodable) -> tuple[str, str]:
    return record.topic, str(record.reason)


def _place(record: Undecodable) -> tuple[str, str, int, int]:
    return *_kind(record), record.partition, record.offset


async def _set_aside(tx: Transaction, kind: tuple[str, str, str], records: Sequence[Undecodable]) -> None:
    """Whoever has the budget goes first; what others kept before is known then, and costs nothing."""
    consumer, _, reason = kind
    [begun] = await tx.fetch(SQL["budget"], *kind)
    budget = _Budget(begun["day"], begun["bytes"])
    known = await tx.fetchval(SQL["known"], [dead_letters.id_of(consumer, record) for record in records])
    for row, record in ((_row(consumer, record), record) for record in records):
        if row[0] in known:
            continue
        if not budget.allows(row):
            budget.pass_by(record)
        elif await tx.fetchval(SQL["put"], *row):
            get_logger().error("record_undecodable", **_told(record), reason=reason)
            dead_letters.announce_raw(tx, consumer, record, now=datetime.now(UTC).isoformat())
    last = (None, None) if budget.last is None else (budget.last.partition, budget.last.offset)
    await tx.execute(SQL["spend"], *kind, budget.day, budget.spent, budget.passed_by, *last)
    if budget.last:
        get_logger().error("records_passed_by", **_told(budget.last), reason=reason, records=budget.passed_by)


def _told(record: Undecodable) -> dict[str, Any]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}


def _row(consumer: str, record: Undecodable) -> tuple[Any, ...]:
    return (
        dead_letters.id_of(consumer, record),
        consumer,
        record.topic,
        record.partition,
        record.offset,
        record.key and record.key[:LARGEST],
        record.value and record.value[:LARGEST],
        len(record.value or b""),
        [(_short(name.encode()), _short(value)) for name, value in islice(record.headers, _MOST_HEADERS)],
        record.reason,
    )


def _short(raw: bytes | None) -> str | None:
    return None if raw is None else wire.escaped(raw[: wire.LONGEST])


async def measure(db: Database, consumer: str) -> int:
    """Tell how many there are, kept or passed by; there is nothing to be done about it here."""
    metrics.UNDECODABLE.labels(consumer).set(await db.read(_count, consumer))
    return 0


async def _count(tx: Transaction, consumer: str) -> int:
    count: int = await tx.fetchval(SQL["count"], consumer)
    return count


async def forget(tx: Transaction) -> None:
    """Delete what would outlive the records of its topic, or their dead letters."""
    for name in ("forget", "forget_budgets"):
        await tx.execute(SQL[name], [t.name for t in TOPICS], [copies_kept(t.name) for t in TOPICS])


async def drop(tx: Transaction, ids: Sequence[UUID] | None, topic: str | None, order: Order) -> Outcome:
    """Delete records that nobody needs to look at any more; their dead letters stay.

    With the last of a topic goes what was counted of it: its budget begins anew.
    """
    if not (ids or topic):
        raise NothingSelected("name ids or a topic")
    rows = await tx.fetch(SQL["lock"], ids or None, topic, MOST)
    found = [row["id"] for row in rows]
    if found and not order.dry_run:
        await recovery.note(tx, "drop_undecodable", order, found)
        await tx.execute(SQL["drop"], found)
        await tx.execute(SQL["begin_anew"], sorted({row["topic"] for row in rows}))
    return Outcome("drop_undecodable", order.dry_run, found)
