"""Envelope ↔ Kafka record, CloudEvents 1.0 binary mode."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from shared import text
from shared.contracts.catalogue import DESCRIBED
from shared.contracts.envelope import SOURCE_PREFIX, Envelope, schema_uri
from shared.contracts.topics import owner
from shared.moments import MomentUnusable, moment

LONGEST = 1_000
"""Bytes of a text of the envelope. The key stands in btree indexes, which take 2.7 kB, beside consumer and topic."""

LAST = 2**53
"""The highest version: what comes after it can be counted in the database's eight bytes, and JSON tells it exactly."""

_WIDTH = len(str(LAST))
"""Digits of a sequence as it is written: texts of one length sort as their numbers do, which CloudEvents asks for."""

FURTHEST = 1_000_000
_VERSION = "1.0"
_STRUCTURED = "application/cloudevents"
"""How content types begin of a record whose envelope stands in its value."""

_TYPES = 256
_DIGITS = re.compile(r"[0-9]{1,19}")
_TEXTS = frozenset(
    {
        "content-type",
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_time",
        "ce_sequence",
        "ce_correlationid",
        "ce_causationid",
        "traceparent",
    }
)
"""The headers that are read; what other systems send besides may hold any bytes."""

Headers: TypeAlias = list[tuple[str, bytes]]


class Reason(StrEnum):
    """Why a record is no event to us."""

    UNDECODABLE = "Undecodable"
    """Its envelope cannot be read."""

    OTHER_FORMAT = "OtherFormat"
    """It is no event of CloudEvents 1.0 in binary mode: another version, or its envelope stands in its value."""

    FOREIGN_SOURCE = "ForeignSource"
    """It says that it comes from somebody who does not own the topic."""

    VERSION_LEAP = "VersionLeap"
    """Its version is further from what was seen of its key than any number of lost events explains."""


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A record that is not believed; it becomes a dead letter, raw."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    reason: Reason = Reason.UNDECODABLE


@dataclass(frozen=True, slots=True)
class Event:
    """A record that could be read: its envelope and the bytes of its payload; `raw` where it comes from Kafka."""

    envelope: Envelope
    payload: bytes
    raw: Undecodable | None = field(default=None, compare=False, repr=False)


class Row(Protocol):
    """A row of the outbox, by column name."""

    def __getitem__(self, column: str, /) -> Any: ...


class HeaderEncoder:
    """Makes the CloudEvents headers of outbox rows; what depends on source or type alone is encoded once.

    Only so often: dead letters have the types of others, however many they are.
    """

    def __init__(self, source: str, *, public_url: str) -> None:
        """`source` becomes `ce_source`; `ce_dataschema` leads below `public_url`."""
        self._public_url = public_url
        self._always = [
            ("content-type", b"application/json"),
            ("ce_specversion", _VERSION.encode()),
            ("ce_source", source.encode()),
        ]
        self._of_type = lru_cache(maxsize=_TYPES)(self._encoded)

    def of(self, row: Row) -> Headers:
        """The headers of a row; its `headers` column (JSON text) holds what only the writer knew."""
        written: Mapping[str, str] = json.loads(row["headers"])
        return [
            *self._of_type(row["type"]),
            ("ce_id", str(row["event_id"]).encode()),
            ("ce_subject", row["key"].encode()),
            ("ce_sequence", f"{row['version']:0{_WIDTH}d}".encode()),
            *((name if name == "traceparent" else f"ce_{name}", value.encode()) for name, value in written.items()),
        ]

    def _encoded(self, kind: str) -> Headers:
        schema = [("ce_dataschema", schema_uri(self._public_url, kind).encode())] if kind in DESCRIBED else []
        return [*self._always, ("ce_type", kind.encode()), *schema]


def decode(record: Any, topic: str) -> Event | Undecodable:
    """Read a raw Kafka record of logical `topic`; total: whatever the bytes are, nothing is raised."""
    raw = Undecodable(topic, record.partition, record.offset, record.key, record.value, record.headers)
    try:
        found = {name: _text(value) for name, value in record.headers if name in _TEXTS and value is not None}
        if _is_structured(found) or found["ce_specversion"] != _VERSION:
            return replace(raw, reason=Reason.OTHER_FORMAT)
        envelope = Envelope(
            id=UUID(found["ce_id"]),
            source=_named(found["ce_source"]),
            type=_named(found["ce_type"]),
            time=moment(found["ce_time"]),
            topic=topic,
            key=_text(record.key),
            sequence=_sequence(found["ce_sequence"]),
            correlation_id=found["ce_correlationid"],
            causation_id=found.get("ce_causationid"),
            traceparent=found.get("traceparent"),
        )
    except (KeyError, ValueError, MomentUnusable):
        return raw
    if not _owns(envelope.source, topic):
        return replace(raw, reason=Reason.FOREIGN_SOURCE)
    return Event(envelope, record.value or b"", raw)


def _is_structured(found: Mapping[str, str]) -> bool:
    return found.get("content-type", "").lower().startswith(_STRUCTURED)


def _owns(source: str, topic: str) -> bool:
    """Kafka lets nobody else write there; this holds where its rights were once wider, or are not kept at all."""
    academy, _, service = source.rpartition("/")
    return academy.startswith(f"{SOURCE_PREFIX}/") and service == owner(topic)


def leaps(envelope: Envelope, known: int | None) -> bool:
    """Whether no number of lost or forgotten events explains the version: believed, it would end the key for ever."""
    return envelope.sequence - (known or 0) > FURTHEST


def is_far(envelope: Envelope, known: int | None) -> bool:
    """Whether it leapt, or may have before its key went on."""
    return envelope.sequence - (known or 0) > FURTHEST // 2


def _text(raw: bytes | None) -> str:
    """Postgres keeps no NUL, and indexes nothing long."""
    if raw is None or len(raw) > LONGEST or b"\0" in raw:
        raise ValueError
    return raw.decode()


def _named(text: str) -> str:
    """CloudEvents asks for a source and a type that say something."""
    if not text:
        raise ValueError
    return text


def _sequence(text: str) -> int:
    """Versions begin at one; records of releases before have no zeros in front."""
    if not _DIGITS.fullmatch(text) or not 0 < (sequence := int(text)) <= LAST:
        raise ValueError
    return sequence


def escaped(raw: bytes) -> str:
    """The bytes as text that every database and every terminal takes: what is unprintable becomes an escape."""
    return text.escaped(raw.decode(errors="backslashreplace"))


def to_row(envelope: Envelope) -> dict[str, Any]:
    """The envelope as jsonb, for deferred events."""
    return {
        "id": str(envelope.id),
        "source": envelope.source,
        "type": envelope.type,
        "time": envelope.time.isoformat(),
        "correlation_id": envelope.correlation_id,
        "causation_id": envelope.causation_id,
        "traceparent": envelope.traceparent,
    }


def from_row(row: Mapping[str, Any]) -> Event:
    """The event a `deferred` row holds."""
    stored: Mapping[str, Any] = row["envelope"]
    envelope = Envelope(
        id=UUID(stored["id"]),
        source=stored["source"],
        type=stored["type"],
        time=datetime.fromisoformat(stored["time"]),
        topic=row["topic"],
        key=row["key"],
        sequence=row["version"],
        correlation_id=stored["correlation_id"],
        causation_id=stored["causation_id"],
        traceparent=stored["traceparent"],
    )
    return Event(envelope, row["payload"])


def keys(events: Sequence[Event]) -> list[tuple[str, str]]:
    """The (topic, key) pairs of the events, sorted: the order every writer locks them in."""
    return sorted({(e.envelope.topic, e.envelope.key) for e in events})
