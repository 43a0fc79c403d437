"""What is published of people at once: lines of figures, and what everybody knows of how the figures hang together.

A figure is one count of people and has a name; a line is figures that are disclosed together or not at all.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from shared.disclosure.rules import is_small, known_from, must_count, rounded

F = TypeVar("F", bound=Hashable)
L = TypeVar("L", bound=Hashable)

Decision = Literal["open", "disclosed", "hidden", "withheld", "undisclosed"]
"""Open; disclosed or hidden before; withheld because it was hidden before, when it counted otherwise; never disclosed.

Of the last two only numbers of few people are kept from being worked out.
"""


@dataclass(frozen=True, slots=True)
class Line(Generic[F]):
    """Figures that are disclosed together or not at all.

    `exact` are disclosed as counted, the others rounded. A `dear` line is hidden only where nothing else helps.
    """

    counts: Mapping[F, int]
    decision: Decision = "open"
    exact: frozenset[F] = frozenset()
    dear: bool = False

    def __post_init__(self) -> None:
        for people in self.counts.values():
            must_count(people)

    @property
    def is_small(self) -> bool:
        """Whether one of its figures counts a handful of people."""
        return any(is_small(people) for people in self.counts.values())

    @property
    def is_empty(self) -> bool:
        """Nobody is counted in it: that stays told."""
        return not any(self.counts.values())

    def known(self, figure: F) -> tuple[int, int]:
        """The least and the most that what is disclosed of a figure lets a reader believe of it."""
        people = self.counts[figure]
        return (people, people) if figure in self.exact else known_from(rounded(people))


@dataclass(frozen=True, slots=True)
class Sum(Generic[F]):
    """The whole is its parts: nobody is counted in two of them."""

    whole: F
    parts: tuple[F, ...]


@dataclass(frozen=True, slots=True)
class Cover(Generic[F]):
    """Everybody in the whole is in a part, perhaps in several: it is no more than their sum, and no less than each."""

    whole: F
    parts: tuple[F, ...]


@dataclass(frozen=True, slots=True)
class AtLeast(Generic[F]):
    """The whole has all its parts and perhaps more."""

    whole: F
    parts: tuple[F, ...]


@dataclass(frozen=True, slots=True)
class Percent(Generic[F]):
    """The part of the whole is disclosed in whole per cent of what was counted."""

    part: F
    whole: F
    percent: int


Relation = Sum[F] | Cover[F] | AtLeast[F] | Percent[F]


@dataclass(frozen=True, slots=True)
class Publication(Generic[L, F]):
    """Everything that will have been published: what was before stays part of it, decided."""

    lines: Mapping[L, Line[F]]
    relations: Sequence[Relation[F]]

    def counts(self) -> dict[F, int]:
        """Every figure with what was counted."""
        return {figure: people for line in self.lines.values() for figure, people in line.counts.items()}


def since(
    lines: Mapping[L, object], revision: int, before: tuple[Mapping[L, object], Mapping[L, int]] | None
) -> dict[L, int]:
    """The revision since which each line counts what it counts: while it does, it is taken for one line.

    `before` are the lines of the revision before, and since when theirs counted so.
    """
    known: tuple[Mapping[L, object], Mapping[L, int]] = before or ({}, {})
    return {name: known[1][name] if known[0].get(name) == counts else revision for name, counts in lines.items()}


Bounds = tuple[Mapping[F, float], float, float]
"""A weighted sum of figures, and what it lies between."""

INFINITE = float("inf")


def rows(relation: Relation[F]) -> Iterable[Bounds[F]]:
    """What a relation says, as bounds on sums of figures."""
    match relation:
        case Percent(part, whole, percent):
            yield {part: 1, whole: -(percent - 0.5) / 100}, 0, INFINITE
            yield {part: 1, whole: -(percent + 0.5) / 100}, -INFINITE, 0
        case Cover(whole, parts):
            yield _difference(whole, parts), -INFINITE, 0
            yield from ((_difference(whole, (part,)), 0, INFINITE) for part in parts)
        case Sum(whole, parts):
            yield _difference(whole, parts), 0, 0
        case AtLeast(whole, parts):
            yield _difference(whole, parts), 0, INFINITE


def holds(bounds: Bounds[F], counts: Mapping[F, int]) -> bool:
    """Whether it is true; what is not, such as a sum over changed records, teaches nobody anything."""
    weights, least, most = bounds
    return least - 1e-9 <= sum(weight * counts[figure] for figure, weight in weights.items()) <= most + 1e-9


def _difference(whole: F, parts: Sequence[F]) -> dict[F, float]:
    return {whole: 1.0} | dict.fromkeys(parts, -1.0)
