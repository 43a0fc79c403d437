"""It really happened: what a run must have been through before its result says anything."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos import containment, effects, logs, pace
from tests.chaos.dumps import Dumps
from tests.chaos.history import History
from tests.chaos.logs import Said
from tests.chaos.poison import Poison
from tests.chaos.schedule import Fault

_TAKEN_EFFECT = 0.5
"""The share of the planned faults of each kind that must have hit something alive."""

_COMMANDS_A_SECOND = 4.0
_HELD = 3
"""Too large, malformed, indigestible."""

_COMPARED = 20
"""The fewest events whose calm half has a slowest tenth."""

_STRANGERS = 15
"""Nearly one of each kind."""


@dataclass(frozen=True, slots=True)
class MinimumCount:
    """How much of something there was, and the least there must be."""

    what: str
    counted: int
    least: int

    @property
    def missed(self) -> bool:
        """Whether the run is void for it."""
        return self.counted < self.least


def happened(dumps: Dumps, said: Sequence[Said], done: Mapping[str, int], history: History) -> dict[str, int]:
    """The counters, by what they count."""
    spoken = logs.counts(said)
    return {
        "late commits seen": late_commits(dumps),
        "duplicates in the topics": sum(r.mark is not None for r in dumps.seen) - sum(map(len, dumps.firsts.values())),
        "lane takeovers": logs.takeovers(said),
        "rebalances in mid-handler": done.get("handler_held", 0),
        "producer rebuilds": spoken["producer_replaced"],
        "samples of offsets": len(dumps.samples),
        "effects in coaching": _effects_in(dumps, "coaching"),
        "commands accepted": history.counts()["accepted"],
        "repeated tries": history.counts()["tries"] - len(history),
    }


def minimum_counts(
    counters: Mapping[str, int], schedule: Sequence[Fault], done: Mapping[str, int], *, brief: bool
) -> list[MinimumCount]:
    """What was counted against the least of it."""
    share, least = (0.0, _some()) if brief else (_TAKEN_EFFECT, _plenty(max(fault.at for fault in schedule)))
    planned = {fault.kind: sum(f.kind == fault.kind for f in schedule) for fault in schedule}
    return [MinimumCount(what, counters[what], number) for what, number in least.items()] + [
        MinimumCount(f"fault: {kind}", done.get(kind, 0), max(1, round(number * share)))
        for kind, number in planned.items()
    ]


def held(dumps: Dumps, poisons: Sequence[Poison], apart: Collection[str]) -> dict[str, int]:
    """The counters of what was held, and of what passed beside it."""
    return {
        "parked and held keys": sum(poison.rows > 0 for poison in poisons),
        "events beside each poison": containment.neighbours(dumps, poisons, apart),
        "delays on each side compared": pace.compared(dumps, poisons, apart),
    }


def _effects_in(dumps: Dumps, service: str) -> int:
    dumped = [s for s in dumps.services if s.service == service]
    return sum(len(had) for s in dumped for had in effects.found(dumps, s).values())


def _some() -> dict[str, int]:
    """What a brief run must have met with; how often is a matter of how fast the machine was."""
    return {
        "late commits seen": 1,
        "duplicates in the topics": 1,
        "lane takeovers": 1,
        "rebalances in mid-handler": 1,
        "parked and held keys": _HELD,
        "events beside each poison": 1,
        "producer rebuilds": 1,
        "retries that later applied": 1,
        "process endings": 1,
        "samples of offsets": 1,
        "commands accepted": 1,
        "repeated tries": 1,
    }


def _plenty(duration: float) -> dict[str, int]:
    """The longer the run, the more."""
    return _some() | {
        "late commits seen": 5,
        "duplicates in the topics": 5,
        "lane takeovers": max(3, round(duration / 10)),
        "producer rebuilds": 2,
        "samples of offsets": round(duration / 5),
        "commands accepted": round(duration * _COMMANDS_A_SECOND),
        "repeated tries": 10,
        "delays on each side compared": _COMPARED,
        "retries that later applied": 3,
        "jumps accepted": 2,
        "holes accepted": 3,
        "strangers' records": _STRANGERS,
        "effects in coaching": 10,
        "process endings": round(duration / 10),
        "mails": 30,
        "mails said again": 1,
    }


def late_commits(dumps: Dumps) -> int:
    """Events first seen after one of their topic and lane that had taken its number later."""
    late = 0
    for records in dumps.by_place.values():
        highest, known = 0, set[object]()
        for record in records:
            row = dumps.written.get(record.mark) if record.mark else None
            if row is None or row.mark in known:
                continue
            known.add(row.mark)
            late += row.seq < highest
            highest = max(highest, row.seq)
    return late
