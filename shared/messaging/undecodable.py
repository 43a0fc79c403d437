"""Records that cannot be read or believed: each stands once in the database, and once in the dead-letter topic.

No key and no version is known of them, so they hold nothing up. What is kept is cut to what a dead letter holds.

Whoever may write a topic could fill the databases of all its readers. So there is a budget for each topic, reason and
day; of what comes when it is spent only how many there were. Those records still stand in their topic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.contracts.topics import TOPICS, copies_kept
from shared.messaging import dead_letters, wire
from shared.messaging.actions import MOST, Action
from shared.messaging.outbox import LARGEST
from shared.messaging.wire import Undecodable
from shared.observability import metrics
from shared.observability.logs import get_logger
from shared.postgres.database import Database, Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)

DAILY_BYTES = 16 * 1024 * 1024
"""Of a topic, a reason and a day (UTC)."""

_BESIDES = 1_024
"""Bytes that a record takes besides what it holds: rows, their indexes, the stream of its dead letter."""

_ESCAPED = 4
"""Characters of a byte that cannot be printed."""

_KEY_STANDS = 3
"""Of the dead letter: in the outbox, in its stream, and in the index of that."""

_MOST_HEADERS, _HEADER_BYTES = 100, 16 * 1024


@dataclass(slots=True)
class _Budget:
    """What is spent of a day's, and of the records it was not enough for: how many, and the last."""

    day: date
    spent: int
    passed_by: int = 0
    last: Undecodable | None = None

    def is_enough(self, cost: int) -> bool:
        """Whether a record of so many bytes can be kept."""
        return self.spent + cost <= DAILY_BYTES

    def pass_by(self, record: Undecodable) -> None:
        """Count it, and no more."""
        self.passed_by += 1
        self.last = record


async def dead_letter(tx: Transaction, consumer: str, records: Sequence[Undecodable]) -> None:
    """Keep the records and send their dead letters; of those that are kept already, nothing is said again.

    Two members of a group may come with the same records: in the order of topics neither waits for the other.
    """
    for (topic, reason), alike in groupby(sorted(records, key=_place), key=_kind):
        await _dead_letter(tx, (consumer, topic, reason), list(alike))


def _kind(record: Undecodable) -> tuple[str, str]:
    return record.topic, str(record.reason)


def _place(record: Undecodable) -> tuple[str, str, int, int]:
    return *_kind(record), record.partition, record.offset


async def _dead_letter(tx: Transaction, kind: tuple[str, str, str], records: Sequence[Undecodable]) -> None:
    """Whoever has the budget goes first; what others kept before is known then, and costs nothing."""
    consumer, _, reason = kind
    [begun] = await tx.fetch(SQL["budget"], *kind)
    budget = _Budget(begun["day"], begun["bytes"])
    found = {dead_letters.id_of(consumer, record): record for record in records}
    known = set(await tx.fetchval(SQL["known"], list(found)))
    for record in (record for identity, record in found.items() if identity not in known):
        cost = _cost(record)
        if not budget.is_enough(cost):
            budget.pass_by(record)
        elif await tx.fetchval(SQL["put"], *_row(consumer, record)):
            budget.spent += cost
            get_logger().error("record_undecodable", **_told(record), reason=reason)
            dead_letters.announce_raw(tx, consumer, record, now=datetime.now(UTC).isoformat())
    last = (None, None) if budget.last is None else (budget.last.partition, budget.last.offset)
    await tx.execute(SQL["spend"], *kind, budget.day, budget.spent, budget.passed_by, *last)
    if budget.last:
        get_logger().error("records_passed_by", **_told(budget.last), reason=reason, records=budget.passed_by)


def _cost(record: Undecodable) -> int:
    """Bytes it may take in the database; escapes are not made for it, for that takes long where all is passed by."""
    key, value = len(record.key or b""), len(record.value or b"")
    headers = sum(len(name) + len(raw or b"") for name, raw in _headers(record))
    of_the_letter = _KEY_STANDS * min(key, wire.LONGEST) + headers
    return _BESIDES + min(key, LARGEST) + min(value, LARGEST) + _ESCAPED * of_the_letter


def _headers(record: Undecodable) -> list[tuple[bytes, bytes | None]]:
    """The first of them, cut."""
    found: list[tuple[bytes, bytes | None]] = []
    left = _HEADER_BYTES
    for name, raw in islice(record.headers, _MOST_HEADERS):
        header = name.encode()[: wire.LONGEST], None if raw is None else raw[: wire.LONGEST]
        left -= len(header[0]) + len(header[1] or b"")
        if left < 0:
            break
        found.append(header)
    return found


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
        [(wire.escaped(name), None if raw is None else wire.escaped(raw)) for name, raw in _headers(record)],
        record.reason,
    )


async def is_kept(tx: Transaction, consumer: str, record: Undecodable) -> bool:
    """Whether it was dead-lettered before, and nobody dropped it since."""
    return bool(await tx.fetchval(SQL["known"], [dead_letters.id_of(consumer, record)]))


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


async def lock(tx: Transaction, ids: Sequence[UUID] | None, topic: str | None) -> "list[Record]":
    """The records meant, for people to change.

    Budgets come first, as they do where records come: neither waits for the other in a ring, and what others keep
    meanwhile is seen.
    """
    topics = await tx.fetchval(SQL["topics_of"], ids, topic)
    await tx.fetch(SQL["lock_budgets"], topics)
    return await tx.fetch(SQL["lock"], ids, topics, MOST)


async def change(tx: Transaction, action: Action, rows: "Sequence[Record]") -> None:
    """With the last record of a topic goes what was counted of it: its budget begins anew."""
    for statement in action.statements:
        await tx.execute(SQL[statement], [row["event_id"] for row in rows])
    await tx.execute(SQL["begin_anew"], [row["topic"] for row in rows])
