"""Code lists that change over time: what a record may say, as in force on a day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from heapq import nlargest
from itertools import pairwise
from operator import itemgetter
from typing import Protocol, Self, TypeAlias

from shared.errors import Invalid, Place, refuse

NEAREST = 4
"""So many codes are named to whom sent one that is not there."""

Followed: TypeAlias = Mapping[str, Sequence[str]]
"""What takes the place of a code that has ended; of what has no successor nothing."""

Named: TypeAlias = tuple[str, str]
"""A list and the code of it that a record names."""


class Coded(Protocol):
    """A record that names codes."""

    @property
    def codes(self) -> Sequence[Named]:
        """What it names of lists."""
        ...


def changed(record: Coded, before: Coded | None) -> set[Named]:
    """What is looked up of a record: an edit is judged by what it changes, so not what it said `before`."""
    return set(record.codes) - set(before.codes if before else ())


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


@dataclass(frozen=True)
class Vocabulary:
    """The codes of one list that are in force, with their words, and which of them are like what somebody typed.

    What was typed is looked up by its pairs of letters: a hundred wrong codes beside thousands are a moment's work.
    """

    codes: Mapping[str, str]
    followed: Followed = field(default_factory=dict[str, Sequence[str]])

    def nearest(self, wanted: str) -> list[Code]:
        """What takes the place of what was sent, then the codes most like it, by themselves or by their words."""
        found = dict.fromkeys((*self._in_place_of(wanted), *self._like(wanted)))
        return [Code(code, self.codes[code]) for code in found][:NEAREST]

    def _in_place_of(self, ended: str) -> list[str]:
        """What merged may merge again: in force are the last."""
        passed: list[str] = []
        ahead = [ended]
        while ahead:
            passed += ahead
            after = (code for code in ahead for code in self.followed.get(code, ()))
            ahead = [code for code in dict.fromkeys(after) if code not in passed]
        return [code for code in passed if code in self.codes]

    def _like(self, wanted: str) -> list[str]:
        typed = _spoken(wanted)
        likeness: dict[str, float] = defaultdict(float)
        for number, share in self._alike(typed):
            code, _ = self._texts[number]
            likeness[code] = max(likeness[code], share)
        return [code for code, _ in nlargest(NEAREST, likeness.items(), key=itemgetter(1))]

    def _alike(self, typed: str) -> Iterator[tuple[int, float]]:
        """The share of pairs of letters that both have (Dice); what was typed may also be a part of the words."""
        these = _pairs(typed)
        common = Counter(number for pair in these for number in self._with_pair.get(pair, ()))
        for number, both in common.items():
            share = 2 * both / (len(these) + self._sizes[number])
            if share >= _ALIKE:
                yield number, share
        if len(typed) >= _PART:
            yield from ((number, 1.0) for number, (_, text) in enumerate(self._texts) if typed in text)

    @cached_property
    def _texts(self) -> list[tuple[str, str]]:
        return [(code, _spoken(text)) for code, words in self.codes.items() for text in (code, words)]

    @cached_property
    def _sizes(self) -> list[int]:
        return [len(_pairs(text)) for _, text in self._texts]

    @cached_property
    def _with_pair(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, (_, text) in enumerate(self._texts):
            for pair in _pairs(text):
                found[pair].append(number)
        return found


def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(f" {text} ")))


def _spoken(text: str) -> str:
    return text.casefold().translate(_SEPARATORS)


class UnknownCode(Invalid):
    """A code is not in its list, or not in force on that day."""

    code = "unknown_code"

    def __init__(self, wanted: str, name: str, vocabulary: Vocabulary, *, at: Place) -> None:
        """`vocabulary` is what is in force in the list of that name."""
        super().__init__(at=at)
        self.name = name
        self._wanted, self._vocabulary = wanted, vocabulary

    @cached_property
    def nearest(self) -> list[Code]:
        """What may have been meant, the likeliest first."""
        return self._vocabulary.nearest(self._wanted)

    @property
    def path(self) -> str:
        """Where the service tells the whole list."""
        return f"/v1/codes/{self.name}"

    def __str__(self) -> str:
        near = ", ".join(f"{found.code} ({found.words})" for found in self.nearest)
        meant = f"; the nearest: {near}" if near else ""
        return f"{self._wanted!r} is not in force in {self.name}{meant}; all are at {self.path}"


@dataclass(frozen=True, slots=True)
class CodeLists:
    """Codes in force on one day, with their words, by the name of their list.

    Of a list there are those that a record names; all, and what `followed` those that ended, where one it names is not
    in force.
    """

    in_force: Mapping[str, Mapping[str, str]]
    followed: Mapping[str, Followed] = field(default_factory=dict[str, Followed])
    _kept: frozenset[Named] = frozenset()
    _vocabularies: dict[str, Vocabulary] = field(default_factory=dict[str, Vocabulary], compare=False, repr=False)

    @classmethod
    def collected(cls, codes: Iterable[tuple[str, str, str]]) -> Self:
        """Of a list's name, a code of it and its words, in any order."""
        lists: dict[str, dict[str, str]] = {}
        for name, code, words in codes:
            lists.setdefault(name, {})[code] = words
        return cls(lists)

    def keeping(self, before: Coded | None) -> Self:
        """The same for an edit: what the record said `before` may stay, in force or not."""
        return self if before is None else replace(self, _kept=frozenset(before.codes))

    def lacking(self, named: Iterable[Named]) -> set[str]:
        """The lists that have not all the codes named of them."""
        return {name for name, code in named if code not in self.in_force.get(name, {})}

    def fault(self, name: str, code: str, *, at: Place) -> UnknownCode | None:
        """What is wrong with a code: that it is not in force in the list of that name; None where it is, or stays."""
        known = self.in_force.get(name, {})
        if code in known or (name, code) in self._kept:
            return None
        vocabulary = self._vocabularies.setdefault(name, Vocabulary(known, self.followed.get(name, {})))
        return UnknownCode(code, name, vocabulary, at=at)

    def check(self, name: str, code: str, *, at: Place) -> None:
        """UnknownCode unless the code is in force in the list of that name."""
        refuse([self.fault(name, code, at=at)])
