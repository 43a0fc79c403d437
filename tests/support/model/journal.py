"""What happened in a story, a line an act and an outcome; no times and no random ids, so that two tellings compare."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tests.support.model.picture import Picture

END = "(nothing more happened)"
BEFORE = 3
"""Lines shown before the first one that differs."""


@dataclass(slots=True)
class Journal:
    """Lines in the order in which they happened; `seen` counts over all stories what kinds of things did."""

    seen: Counter[str] = field(default_factory=Counter[str])
    lines: list[str] = field(default_factory=list[str])
    _pictured: str = ""

    def note(self, line: str) -> None:
        """Something happened."""
        self.lines.append(line)

    def picture(self, picture: "Picture") -> None:
        """What the database says now, if it says something new."""
        said = _said(picture)
        if said != self._pictured:
            self._pictured = said
            self.note(said)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first line in which two journals part; lines are counted from one."""

    line: int
    before: Sequence[str]
    first: str
    second: str

    def __str__(self) -> str:
        """For whoever looks for what was not deterministic."""
        same = [f"    {line}" for line in self.before]
        head = f"the two tellings part in line {self.line} of their journals:"
        return "\n".join([head, *same, f"  1 {self.first}", f"  2 {self.second}"])


def difference(first: Sequence[str], second: Sequence[str]) -> Difference | None:
    """None when the same happened, to the end."""
    for at, (one, other) in enumerate(zip_longest(first, second, fillvalue=END)):
        if one != other:
            return Difference(at + 1, first[max(0, at - BEFORE) : at], one, other)
    return None


def named(key: str) -> str:
    """A short name of a key: the keys of a story are small numbers."""
    return f"k{UUID(key).int}"


def _said(picture: "Picture") -> str:
    waiting = [f"{w.stream[0]} {named(w.stream[1])}#{w.version}{' parked' * w.parked}" for w in picture.outbox]
    effects = [f"{named(key)}#{[version for version, _ in done]}" for key, done in sorted(picture.effects.items())]
    cursors = [f"{named(key)}={version}" for key, version in sorted(picture.cursors.items())]
    deferred = [f"{named(d.key)}#{d.version} {d.state}" for d in picture.deferred]
    parts = {"outbox": waiting, "effects": effects, "cursors": cursors, "deferred": deferred}
    return "  database: " + "; ".join(f"{what} [{', '.join(rows)}]" for what, rows in parts.items())
