"""What was left when all was over: databases, topics and the samples taken on the way, as plain data."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeAlias
from uuid import UUID

Stream: TypeAlias = tuple[str, str]
"""Topic and key."""

Place: TypeAlias = tuple[str, int]
"""Topic and partition."""

Mark: TypeAlias = tuple[UUID, int]
"""Event id and version: a raw dead letter that is announced again repeats its id under the next version."""


@dataclass(frozen=True, slots=True)
class Written:
    """An outbox row of a committed transaction."""

    event_id: UUID
    topic: str
    key: str
    version: int
    lane: int
    seq: int
    type: str
    correlation_id: str
    at: datetime

    @property
    def stream(self) -> Stream:
        return self.topic, self.key

    @property
    def mark(self) -> Mark:
        """What tells it from every other."""
        return self.event_id, self.version


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as it stands in a topic."""

    topic: str
    partition: int
    offset: int
    key: str
    event_id: UUID | None
    version: int
    type: str
    value: bytes
    origin: str | None = None

    @property
    def stream(self) -> Stream:
        return self.topic, self.key

    @property
    def place(self) -> Place:
        return self.topic, self.partition

    @property
    def mark(self) -> Mark | None:
        """What tells it from every other event; None for what is no event."""
        return (self.event_id, self.version) if self.event_id else None

    @property
    def name(self) -> str:
        """The event's class name, out of its type."""
        return name_of(self.type)

    def payload(self) -> dict[str, Any]:
        return json.loads(self.value)


@dataclass(frozen=True, slots=True)
class Moved:
    """A cursor that a committed transaction moved, in the order they moved."""

    consumer: str
    topic: str
    key: str
    version: int
    event_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DeferredEvent:
    """An event a consumer holds back."""

    consumer: str
    topic: str
    key: str
    version: int
    event_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What a group had committed of its topics, and a moment later what its service had absorbed."""

    group: str
    topics: frozenset[str]
    committed: Mapping[Place, int]
    cursors: Mapping[Stream, int]
    deferred: frozenset[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class ServiceDump:
    """What a service's database held at the end; `left` are ids of events still in the outbox."""

    service: str
    written: Sequence[Written] = ()
    moved: Sequence[Moved] = ()
    applied: Sequence[Mapping[str, Any]] = ()
    deferred: Sequence[DeferredEvent] = ()
    left: Sequence[UUID] = ()
    keys: Mapping[str, bool] = field(default_factory=dict[str, bool])
    rows: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Dumps:
    """Everything the invariants are judged by; `final` holds one sample a group, taken when all had converged."""

    services: Sequence[ServiceDump] = ()
    seen: Sequence[Seen] = ()
    samples: Sequence[Sample] = ()
    final: Sequence[Sample] = ()
    ends: Mapping[Place, int] = field(default_factory=dict[Place, int])

    @cached_property
    def written(self) -> Mapping[Mark, Written]:
        """Every committed event."""
        return {w.mark: w for s in self.services for w in s.written}

    @cached_property
    def streams(self) -> Mapping[UUID, Stream]:
        """The stream of every committed event."""
        return {w.event_id: w.stream for w in self.written.values()}

    @cached_property
    def by_place(self) -> Mapping[Place, Sequence[Seen]]:
        """Records by partition, in the order of their offsets."""
        found: defaultdict[Place, list[Seen]] = defaultdict(list)
        for record in sorted(self.seen, key=lambda r: (r.topic, r.partition, r.offset)):
            found[record.place].append(record)
        return found

    @cached_property
    def firsts(self) -> Mapping[Stream, Sequence[Seen]]:
        """Per key the first occurrence of each event, in the order of their offsets."""
        found: defaultdict[Stream, list[Seen]] = defaultdict(list)
        known: set[Mark] = set()
        for records in self.by_place.values():
            for record in records:
                if record.mark is not None and record.mark not in known:
                    known.add(record.mark)
                    found[record.stream].append(record)
        return found

    def of(self, service: str) -> ServiceDump:
        """One service's database."""
        return next(s for s in self.services if s.service == service)

    def cursors(self, consumer: str) -> Mapping[Stream, int]:
        """How far a consumer had come with each key at the end."""
        return next(s.cursors for s in self.final if s.group == consumer)


def name_of(kind: str) -> str:
    """The class name in an event type; the whole of what is none."""
    parts = kind.split(".")
    return parts[-2] if len(parts) > 1 else kind
