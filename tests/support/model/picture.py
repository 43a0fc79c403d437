"""What the database says at one moment."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
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
class DeferredEvent:
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
    deferred: Sequence[DeferredEvent]
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
            [
                DeferredEvent(d["key"], d["version"], UUID(d["event_id"]), d["state"])
                for d in json.loads(row["deferred"])
            ],
            {(s["topic"], s["key"]): s["version"] for s in json.loads(row["streams"])},
        )

    @property
    def dead(self) -> list[DeferredEvent]:
        """Dead letters that stand and hold their keys."""
        return [d for d in self.deferred if d.state == "dead"]

    @property
    def heads(self) -> list[UUID]:
        """What stands first on its key, dead or not."""
        return [d.event_id for d in self.deferred if d.state != "behind"]

    def count(self, seen: Counter[str], *, invalid: AbstractSet[UUID], forgets: bool) -> None:
        """What a run has to have come to, counted as often as it is seen."""
        seen["dead letters standing"] += len(self.dead)
        seen["events parked"] += sum(w.parked for w in self.outbox)
        seen["events parked on proof"] += sum(w.parked and w.event_id in invalid for w in self.outbox)
        seen["gaps"] += sum(d.state == "gap" for d in self.deferred)
        seen["jumps"] += forgets and any(done[-1][0] > len(done) for done in self.effects.values())


def _waiting(row: Mapping[str, Any]) -> Waiting:
    origin = UUID(row["origin"]) if row["origin"] else None
    return Waiting((row["topic"], row["key"]), row["version"], UUID(row["event_id"]), row["parked"], origin)
