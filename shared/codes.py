"""Code lists that change over time: what a record may say, as in force on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from shared.errors import Invalid


class UnknownCode(Invalid):
    """A code is not in its list, or not in force on that day."""

    code = "unknown_code"


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The codes in force on one day, by the name of their list."""

    in_force: Mapping[str, frozenset[str]]

    @classmethod
    def collected(cls, codes: Iterable[tuple[str, str]]) -> Self:
        """Of pairs of a list's name and a code of it, in any order."""
        lists: dict[str, set[str]] = {}
        for name, code in codes:
            lists.setdefault(name, set()).add(code)
        return cls({name: frozenset(codes) for name, codes in lists.items()})

    def check(self, name: str, code: str) -> None:
        """UnknownCode unless the code is in force in the list of that name; the message tells which there are."""
        known = self.in_force.get(name, frozenset())
        if code not in known:
            there = ", ".join(sorted(known)) or "none"
            raise UnknownCode(f"{code!r} is no {name.replace('_', ' ')} code in force; there are: {there}")
