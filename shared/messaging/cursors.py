"""Where a consumer stands on each key, and what that says of an event: the one rule of inbox and deferral worker."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias
from uuid import UUID

from shared.contracts.envelope import Envelope
from shared.contracts.topics import topic as declared
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)

Key: TypeAlias = tuple[str, str]

_TELLS_TIME = 7
_LONGEST_WAIT = 360_000
"""Milliseconds by which ids of one key can be made in another order than their versions: what a transaction may take at
most (`shared.postgres.limits`), and a little for clocks that differ."""


class Verdict(Enum):
    """What a cursor says of an event."""

    NEXT = auto()
    JUMP = auto()
    REPEATED = auto()
    TWICE = auto()
    GAP = auto()


@dataclass(slots=True)
class Cursor:
    """How far a key has come; `held` when something of it is deferred, as far as was seen before it was locked."""

    version: int | None
    event_id: UUID | None
    held: bool
    moved: bool = False

    def move(self, envelope: Envelope) -> None:
        """The event is done."""
        self.version, self.event_id, self.moved = envelope.sequence, envelope.id, True


def is_reused(cursor: Cursor, envelope: Envelope) -> bool:
    """Whether a repeated version is another event than the one that was passed: it was made after a later version was.

    So it is where a database was set back and nobody noticed; whoever publishes from it is dropped as repeating itself.
    Only ids that tell their time (UUIDv7) can be compared, and of one key they are made in order but for what a
    transaction waits for another.
    """
    last = cursor.event_id
    if last is None or last == envelope.id or {last.version, envelope.id.version} != {_TELLS_TIME}:
        return False
    return _made_at(envelope.id) > _made_at(last) + _LONGEST_WAIT


def _made_at(event_id: UUID) -> int:
    return event_id.int >> 80


async def lock(tx: Transaction, consumer: str, wanted: Sequence[Key]) -> dict[Key, Cursor]:
    """Lock the cursors of the keys in (topic, key) order, which is `wanted`'s, making those that are missing."""
    columns = (consumer, [t for t, _ in wanted], [k for _, k in wanted])
    rows = await tx.fetch(SQL["lock"], *columns)
    if len(rows) < len(wanted):
        await tx.execute(SQL["make"], *columns)
        rows = await tx.fetch(SQL["lock"], *columns)
    return {(r["topic"], r["key"]): Cursor(r["version"], r["event_id"], r["held"]) for r in rows}


async def save(tx: Transaction, consumer: str, cursors: Mapping[Key, Cursor]) -> None:
    """Keep those that have moved."""
    moved = [(t, k, c.version, c.event_id) for (t, k), c in cursors.items() if c.moved]
    if moved:
        await tx.execute(SQL["save"], consumer, *_columns(moved))


async def judge(tx: Transaction, consumer: str, cursor: Cursor, envelope: Envelope) -> Verdict:
    """Versions are gapless per key, so one number tells repeated, next and gap.

    A jump is accepted only where earlier versions may be gone for good: at the first sight of a key while the consumer
    is bootstrapping, and always on topics whose old records Kafka drops; never over what is deferred.
    """
    version = cursor.version or 0
    if envelope.sequence > version + 1:
        return Verdict.JUMP if await _may_jump(tx, consumer, cursor, envelope) else Verdict.GAP
    if envelope.sequence == version + 1:
        return Verdict.NEXT
    other = envelope.sequence == cursor.version and cursor.event_id not in {None, envelope.id}
    return Verdict.TWICE if other else Verdict.REPEATED


async def _may_jump(tx: Transaction, consumer: str, cursor: Cursor, envelope: Envelope) -> bool:
    """Asked anew, for whoever held the lock before may have set something aside since it was waited for."""
    forgets, new = declared(envelope.topic).retention is not None, cursor.version is None
    if not (forgets or new):
        return False
    span = (cursor.version or 0, envelope.sequence)
    return await tx.fetchval(SQL["may_jump"], consumer, envelope.topic, envelope.key, *span, forgets)


def _columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
