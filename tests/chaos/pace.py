"""Whom a held key hinders, told by comparing within the run; asked only where the run has the machine to itself."""

import heapq
import math
from bisect import bisect_left
from collections.abc import Collection, Sequence
from datetime import datetime
from statistics import median

from tests.chaos.dumps import Dumps
from tests.chaos.invariants import Finding
from tests.chaos.passages import Passage, Passages
from tests.chaos.poison import Poison

_NEAREST = 12
_SLOWEST = 0.1
_FACTOR = 3.0
"""How many times as long as the others the neighbours may take, the slowest tenth of each side.

A held key that hinders some of its neighbours now and then shows among the slowest of them; but so does every other
fault, which stops partitions too, and for longer. The two differ in whom they stop: a relay, a member of the group or a
broker takes several partitions with it when it falls, a held key could stop none but its own. So each neighbour is
compared with the twelve others written nearest to it in time, of the same topic and the same consumer, out of
partitions without a held key: had a fault stopped a third of the partitions, all twelve would have been spared in one
case of a hundred. A moment counts where even the slowest of its twelve flowed, which is the calmer half of the moments;
of the neighbours written then, and of those slowest others, the middle of the slowest tenth is told. A factor, because
a slow machine slows both sides; three, because a tenth of a few dozen is a matter of luck.
"""


def unhindered(dumps: Dumps, poisons: Sequence[Poison], apart: Collection[str] = ()) -> Finding:
    """Beside a held key events pass as they do in other partitions at the same moments."""
    passages, checked, wrong = Passages(dumps, poisons, apart), 0, list[str]()
    for poison in poisons:
        for consumer, near in _by_consumer(passages.near(poison)).items():
            checked += len(near)
            here, there = _slowest_tenths(near, passages.elsewhere(poison, consumer))
            if here > _FACTOR * there:
                wrong.append(f"{poison.name}: {consumer} took {here:.2f} s beside it and {there:.2f} s elsewhere")
    return Finding(11, "neighbours of held keys as quick as other partitions", checked, wrong)


def compared(dumps: Dumps, poisons: Sequence[Poison], apart: Collection[str] = ()) -> int:
    """The fewest events on either side of any comparison."""
    passages = Passages(dumps, poisons, apart)
    sides = [
        side
        for poison in poisons
        for consumer, near in _by_consumer(passages.near(poison)).items()
        for side in (near, passages.elsewhere(poison, consumer))
    ]
    return min(map(len, sides), default=0)


def _by_consumer(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    return {c: [p for p in passages if p.consumer == c] for c in sorted({p.consumer for p in passages})}


def _slowest_tenths(near: Sequence[Passage], elsewhere: Sequence[Passage]) -> tuple[float, float]:
    """Seconds of the neighbours, and of the others, at the moments that were calm; nothing to tell without others."""
    if not elsewhere:
        return 0.0, 0.0
    others = sorted(elsewhere, key=_moment)
    pairs = [(_slowest_beside(passage, others), passage.seconds) for passage in near]
    calm = median(there for there, _ in pairs)
    calmer = [(there, here) for there, here in pairs if there <= calm]
    return _slow([here for _, here in calmer]), _slow([there for there, _ in calmer])


def _slowest_beside(passage: Passage, others: Sequence[Passage]) -> float:
    """Of those nearest in time among `others`, which are in the order of time."""
    at = _moment(passage)
    place = bisect_left(others, at, key=_moment)
    around = others[max(0, place - _NEAREST) : place + _NEAREST]
    nearest = heapq.nsmallest(_NEAREST, around, key=lambda other: abs(_moment(other) - at))
    return max(other.seconds for other in nearest)


def _moment(passage: Passage) -> datetime:
    return passage.event.at


def _slow(seconds: Sequence[float]) -> float:
    """The middle of the slowest tenth."""
    return median(sorted(seconds)[-math.ceil(len(seconds) * _SLOWEST) :])
