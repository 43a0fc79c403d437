"""Whom a held key hinders, told by comparing within the run; asked only where the run has the machine to itself."""

import heapq
import math
from collections.abc import Sequence
from statistics import median

from tests.chaos.dumps import Dumps
from tests.chaos.invariants import Finding
from tests.chaos.passages import Passage, Passages
from tests.chaos.poison import Poison

_NEAREST = 5
_CALMER = 0.5
_QUICKEST = 0.1
_FACTOR = 10.0
"""How many times as long as the others of the same moments the neighbours may take, each side at its best.

Every other fault stops single partitions too, and for longer than a poison would, so it decides every mean and median.
But it comes and goes, and what a held key did to its neighbours would be there all the time. So the half of the moments
is looked at in which the others flowed, and of the neighbours written then the quickest tenth: only a fault that lasts
nearly as long as the run could slow that down. A factor, because a slow machine slows both sides. Ten, because
partitions without poison differ up to sixfold: attendances come a register at a time, assessments alone.
"""


def unhindered(dumps: Dumps, poisons: Sequence[Poison]) -> Finding:
    """Beside a held key events pass as they do in other topics at the same moments."""
    passages, checked, wrong = Passages(dumps, poisons), 0, list[str]()
    for poison in poisons:
        elsewhere = passages.elsewhere(poison)
        for consumer, near in _by_consumer(passages.near(poison)).items():
            checked += len(near)
            here, there = _at_best(near, elsewhere) if elsewhere else (0.0, 0.0)
            if here > _FACTOR * there:
                wrong.append(f"{poison.name}: {consumer} took {here:.2f} s beside it and {there:.2f} s elsewhere")
    return Finding(11, "neighbours of held keys as quick as other topics", checked, wrong)


def compared(dumps: Dumps, poisons: Sequence[Poison]) -> int:
    """The fewest events on either side of any comparison."""
    passages = Passages(dumps, poisons)
    sides = [side for p in poisons for side in (passages.near(p), passages.elsewhere(p))]
    return min(map(len, sides), default=0)


def _by_consumer(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    return {c: [p for p in passages if p.consumer == c] for c in sorted({p.consumer for p in passages})}


def _at_best(near: Sequence[Passage], elsewhere: Sequence[Passage]) -> tuple[float, float]:
    """Seconds of the neighbours, and of the others written nearest to each of them in time."""
    pairs = sorted((_beside(passage, elsewhere), passage.seconds) for passage in near)
    calmer = pairs[: math.ceil(len(pairs) * _CALMER)]
    return _quick([here for _, here in calmer]), _quick([there for there, _ in calmer])


def _beside(passage: Passage, elsewhere: Sequence[Passage]) -> float:
    nearest = heapq.nsmallest(_NEAREST, elsewhere, key=lambda other: abs(other.event.at - passage.event.at))
    return median(other.seconds for other in nearest)


def _quick(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * _QUICKEST)]
