"""What the database says at one moment."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias
from uuid import UUID

from shared.postgres.queries import Queries
from tests.support.model.bus import Stream

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)

Numbered: TypeAlias = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An outbox row; `origin` is the event a dead letter is a copy of."""

    stream: Stream
    version: int
    event_id: UUID
    parked: bool
    origin: UUID | None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row of `deferred`."""

    key: str
    version: int
    event_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Effects are by key and in the order they happened, cursors by key, streams by topic and key."""

    outbox: Sequence[Waiting]
    effects: Mapping[str, Sequence[Numbered]]
    cursors: Mapping[str, int]
    deferred: Sequence[SetAside]
    streams: Mapping[Stream, int]

    @classmethod
    def of(cls, row: "Record") -> Self:
        """From the one row of the query `take`."""
        effects: defaultdict[str, list[Numbered]] = defaultdict(list)
        for effect in json.loads(row["effects"]):
            effects[effect["key"]].append((effect["version"], UUID(effect["event_id"])))
        return cls(
            [_waiting(o) for o in json.loads(row["outbox"])],
            effects,
            {c["key"]: c["version"] for c in json.loads(row["cursors"])},
            [SetAside(d["key"], d["version"], UUID(d["event_id"]), d["state"]) for d in json.loads(row["deferred"])],
            {(s["topic"], s["key"]): s["version"] for s in json.loads(row["streams"])},
        )

    @property
    def dead(self) -> list[SetAside]:
        """Dead letters that stand and hold their keys."""
        return [d for d in self.deferred if d.state == "dead"]


def _waiting(row: Mapping[str, Any]) -> Waiting:
    origin = UUID(row["origin"]) if row["origin"] else None
    return Waiting((row["topic"], row["key"]), row["version"], UUID(row["event_id"]), row["parked"], origin)
