"""Records that cannot be read or believed: each stands once in the database, and once in the dead-letter topic.

No key and no version is known of them, so they hold nothing up. What is kept is cut to what a dead letter holds, and of
each topic and day it is so many bytes: of what comes after, only where it stands and why, for whoever may write a topic
could fill the database of every reader. It still stands in its topic, at its offset.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
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
WHOLE_BYTES = 64 * 1024 * 1024
"""Of a topic and a day (UTC): keys, payloads and headers, as they are kept."""

_MOST_HEADERS = 100


async def set_aside(tx: Transaction, consumer: str, records: Sequence[Undecodable]) -> None:
    """Keep the records and send their dead letters; of those that are kept already, nothing is said again.

    Two members of a group may come with the same records: in the order of topics and ids neither waits for the other.
    """
    for record in sorted(records, key=lambda r: (r.topic, dead_letters.id_of(consumer, r))):
        is_whole = await tx.fetchval(SQL["put"], *_row(consumer, record))
        if is_whole is not None:
            place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
            get_logger().error("record_undecodable", **place, reason=str(record.reason), is_whole=is_whole)
            dead_letters.announce_raw(tx, consumer, record, is_whole=is_whole, now=datetime.now(UTC).isoformat())


def _row(consumer: str, record: Undecodable) -> tuple[object, ...]:
    key, value = (raw and raw[:LARGEST] for raw in (record.key, record.value))
    headers = [(_short(name.encode()), _short(raw)) for name, raw in islice(record.headers, _MOST_HEADERS)]
    return (
        dead_letters.id_of(consumer, record),
        consumer,
        record.topic,
        record.partition,
        record.offset,
        key,
        value,
        len(record.value or b""),
        headers,
        record.reason,
        len(key or b"") + len(value or b"") + sum(len(name or "") + len(raw or "") for name, raw in headers),
        WHOLE_BYTES,
    )


def _short(raw: bytes | None) -> str | None:
    return None if raw is None else wire.escaped(raw[: wire.LONGEST])


async def measure(db: Database, consumer: str) -> int:
    """Tell how many are kept; there is nothing to be done about it here."""
    metrics.UNDECODABLE.labels(consumer).set(await db.read(_count, consumer))
    return 0


async def _count(tx: Transaction, consumer: str) -> int:
    count: int = await tx.fetchval(SQL["count"], consumer)
    return count


async def forget(tx: Transaction) -> None:
    """Delete what would outlive the records of its topic, or their dead letters."""
    await tx.execute(SQL["forget"], [t.name for t in TOPICS], [copies_kept(t.name) for t in TOPICS])
    await tx.execute(SQL["forget_budgets"])


async def drop(tx: Transaction, ids: Sequence[UUID] | None, topic: str | None, order: Order) -> Outcome:
    """Delete records that nobody needs to look at any more; their dead letters stay."""
    if not (ids or topic):
        raise NothingSelected("name ids or a topic")
    found = [row["id"] for row in await tx.fetch(SQL["lock"], ids or None, topic, MOST)]
    if found and not order.dry_run:
        await recovery.note(tx, "drop_undecodable", order, found)
        await tx.execute(SQL["drop"], found)
    return Outcome("drop_undecodable", order.dry_run, found)
