"""Chance that repeats."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import TypeVar
from uuid import UUID, uuid5

_NAMESPACE = UUID("6d1f4d0a-2a7e-5b7e-9f0c-202020210331")

T = TypeVar("T")


def stable_id(name: str) -> UUID:
    """The same name gives the same id in every replay, on every machine."""
    return uuid5(_NAMESPACE, name)


class Draw:
    """Everything is taken from `random()`, the one stream Python promises to keep from version to version.

    Each subject draws from its own stream, so a change in one leaves the others as they were.
    """

    def __init__(self, subject: str) -> None:
        self._next = Random(f"reach 2020/21, {subject}").random

    def fraction(self) -> float:
        """From 0 up to, not including, 1."""
        return self._next()

    def between(self, low: int, high: int) -> int:
        """A whole number; both ends are possible."""
        return low + int(self._next() * (high - low + 1))

    def one_of(self, choices: Sequence[T]) -> T:
        """Any of them, each as likely."""
        return choices[int(self._next() * len(choices))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as likely as its weight."""
        mark = self._next() * sum(weights.values())
        for choice, weight in weights.items():
            mark -= weight
            if mark < 0:
                return choice
        return list(weights)[-1]

    def shuffled(self, things: Iterable[T]) -> list[T]:
        """All of them in a drawn order."""
        return [thing for _, thing in sorted(((self._next(), thing) for thing in things), key=lambda pair: pair[0])]


class Shares:
    """Hands out classes so that after any number of turns each is within one of its share.

    Each turn goes to the class furthest behind; a share so kept rounds to the published integer in every part of
    the year, where drawn lots would not.
    """

    def __init__(self) -> None:
        self._owed: dict[str, float] = {}

    def next(self, shares: Mapping[str, float]) -> str:
        """The class of this turn; `shares` sum to 1 and may differ from turn to turn."""
        for name, share in shares.items():
            self._owed[name] = self._owed.get(name, 0.0) + share
        chosen = max(shares, key=lambda name: self._owed[name])
        self._owed[chosen] -= 1
        return chosen


def evenly(total: int, parts: int) -> Iterator[int]:
    """`total` split into `parts` that differ by one at most."""
    for index in range(parts):
        yield total * (index + 1) // parts - total * index // parts
