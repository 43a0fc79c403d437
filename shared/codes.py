"""Code lists that change over time: what a record may say, as in force on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from heapq import nlargest
from itertools import pairwise
from operator import itemgetter
from typing import Self

from shared.errors import Invalid, Place, refuse

NEAREST = 4
"""So many codes are named to whom sent one that is not there."""

_ALIKE = 0.5
_PART = 3
_SEPARATORS = str.maketrans("_-.", "   ")


@dataclass(frozen=True, slots=True)
class Code:
    """An entry of a list: in force from its first day until the day before `valid_to`.

    Without a `valid_from` it is as old as the API. What is ended may have successors: areas merge.
    """

    code: str
    words: str
    valid_from: date | None = None
    valid_to: date | None = None
    successors: Sequence[str] = ()


class UnknownCode(Invalid):
    """A code is not in its list, or not in force on that day."""

    code = "unknown_code"

    def __init__(self, wanted: str, name: str, codes: Mapping[str, str], *, at: Place) -> None:
        """`codes` are those in force in the list of that name, with their words."""
        super().__init__(at=at)
        self.name = name
        self._wanted, self._codes = wanted, codes

    @cached_property
    def nearest(self) -> list[Code]:
        """What may have been meant, the likeliest first."""
        return nearest(self._wanted, self._codes)

    @property
    def path(self) -> str:
        """Where the service tells the whole list."""
        return f"/v1/codes/{self.name}"

    def __str__(self) -> str:
        near = ", ".join(f"{found.code} ({found.words})" for found in self.nearest)
        meant = f"; the nearest: {near}" if near else ""
        return f"{self._wanted!r} is not in force in {self.name}{meant}; all are at {self.path}"


def nearest(wanted: str, codes: Mapping[str, str]) -> list[Code]:
    """The codes most like what was sent, by themselves or by their words."""
    typed = _spoken(wanted)
    rated = [(max(_likeness(typed, _spoken(code)), _likeness(typed, _spoken(codes[code]))), code) for code in codes]
    found = nlargest(NEAREST, (it for it in rated if it[0] >= _ALIKE), key=itemgetter(0))
    return [Code(code, codes[code]) for _, code in found]


def _likeness(typed: str, text: str) -> float:
    """The share of pairs of letters that both have (Dice); what was typed may also be a part of the words."""
    if len(typed) >= _PART and typed in text:
        return 1.0
    these, those = _pairs(typed), _pairs(text)
    return 2 * len(these & those) / (len(these) + len(those))


@lru_cache(maxsize=4_096)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(f" {text} ")))


def _spoken(text: str) -> str:
    return text.casefold().translate(_SEPARATORS)


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The codes in force on one day, with their words, by the name of their list."""

    in_force: Mapping[str, Mapping[str, str]]

    @classmethod
    def collected(cls, codes: Iterable[tuple[str, str, str]]) -> Self:
        """Of a list's name, a code of it and its words, in any order."""
        lists: dict[str, dict[str, str]] = {}
        for name, code, words in codes:
            lists.setdefault(name, {})[code] = words
        return cls(lists)

    def fault(self, name: str, code: str, *, at: Place) -> UnknownCode | None:
        """What is wrong with a code: that it is not in force in the list of that name; None where it is."""
        known = self.in_force.get(name, {})
        return None if code in known else UnknownCode(code, name, known, at=at)

    def check(self, name: str, code: str, *, at: Place) -> None:
        """UnknownCode unless the code is in force in the list of that name."""
        refuse([self.fault(name, code, at=at)])
