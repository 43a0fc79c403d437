"""Low-water marks: from where a lane is read, so that what was sent and cannot be vacuumed yet is not passed each time.

While somebody holds an old snapshot, deleted rows stay in table and index, and a read from the lane's beginning goes
through all of them. A mark is a lower bound and never a cursor: everything at or below it is gone, but for parked rows
that are known here, and for what stands behind them on their keys.

What commits late never commits below a mark. A number is given before its row is seen, but only to who holds a lock on
the table; so the last number given, asked for at one moment, is settled as soon as all who hold that lock at a later
moment have ended: whoever had taken a number up to it is through, seen or rolled back. No mark lies above what is
settled, and who writes and stays open stops all marks. It must be so even though `outbox.sql` numbers the events of a
key under the lock of its `stream` row, so that they commit in the order of their numbers: a first one that appeared
below the mark would be overtaken by the next one above it.

What ops release has its old number; the read itself looks whether the parked rows below the mark still are, and begins
at the beginning when one is not. What somebody writes with a number of their own is found by a sweep: each lane is read
from its beginning once in `SWEEP_EVERY` seconds, in turns.
"""

import math
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.messaging.troubles import Pair

if TYPE_CHECKING:
    from shared.postgres.database import Record

SWEEP_EVERY = 60.0
UNKNOWN_AT_ONCE = 4
"""Pairs read from the beginning by one statement: all of them may take longer than the relay's statements live."""

_PREPARED = "-1/"

MOST_PASSED = 100
"""Parked rows a mark may lie above: each is looked at in every read."""


@dataclass(slots=True)
class _Mark:
    parked: set[int]
    at: int = 0
    swept: float = 0.0

    @property
    def passed(self) -> list[int]:
        return sorted(seq for seq in self.parked if seq <= self.at)

    def below(self, seq: int) -> int:
        """The same, or less where too many parked rows would be passed."""
        passed = sorted(parked for parked in self.parked if parked <= seq)
        return passed[MOST_PASSED] - 1 if len(passed) > MOST_PASSED else seq


class _Settling:
    """Up to which number nothing more can appear, as told by two looks one after the other."""

    def __init__(self) -> None:
        self.settled = 0
        self.last = 0
        self._candidate = 0
        self._open: frozenset[str] = frozenset()

    def look(self, last: int, writers: Collection[str]) -> None:
        """Within one look nobody knows what was looked at first, so `writers` are held against the `last` before.

        A prepared transaction goes by another name than before, so nothing is settled while there is one.
        """
        before, self.last = self.last, last
        if any(name.startswith(_PREPARED) for name in writers):
            return
        self._open = self._open.intersection(writers)
        if not self._open:
            self.settled = max(self.settled, self._candidate)
            self._candidate, self._open = before, frozenset(writers)
        if not self._open:
            self.settled = max(self.settled, self._candidate)


class Marks:
    """The marks of the pairs a session owns; whoever loses a lane knows nothing of it any more."""

    def __init__(self) -> None:
        self._settling = _Settling()
        self._of: dict[Pair, _Mark] = {}

    def look(self, last: int, writers: Collection[str]) -> None:
        """Hear the last number given, and the transactions that may be giving some now."""
        self._settling.look(last, writers)

    def keep(self, lanes: Collection[int]) -> None:
        """Forget the lanes that are not owned: their next owner may park what is not known here."""
        for pair in [pair for pair in self._of if pair[1] not in lanes]:
            del self._of[pair]

    def unknown(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Those whose parked rows are to be listed before they are read."""
        self._sweep(pairs)
        return [pair for pair in pairs if pair not in self._of]

    def _sweep(self, pairs: Iterable[Pair]) -> None:
        """At most one at a time; what it knows of parked rows is asked for again."""
        known = [(mark.swept, pair) for pair in pairs if (mark := self._of.get(pair))]
        swept, pair = min(known, default=(math.inf, None))
        if pair is None or time.monotonic() - swept < SWEEP_EVERY:
            return
        if self._of[pair].parked:
            del self._of[pair]
        else:
            self._of[pair] = _Mark(parked=set(), swept=time.monotonic())

    def listed(self, pairs: Iterable[Pair], parked: "Iterable[Record]") -> None:
        """These pairs have these parked rows and no others; each pair is read from its beginning next."""
        self._of.update((pair, _Mark(parked=set(), swept=time.monotonic())) for pair in pairs)
        for row in parked:
            self._of[row["topic"], row["lane"]].parked.add(row["seq"])

    def parked(self, pair: Pair, seq: int) -> None:
        """One more; only who owns a lane parks rows of it."""
        if mark := self._of.get(pair):
            mark.parked.add(seq)

    def groups(self, pairs: Sequence[Pair]) -> list[list[Pair]]:
        """What one statement each reads: a few that are read from the beginning, and all others together."""
        whole = [pair for pair in pairs if self._of[pair].at == 0]
        if self._settling.last == 0 or len(whole) <= UNKNOWN_AT_ONCE:
            return [list(pairs)]
        few = [whole[n : n + UNKNOWN_AT_ONCE] for n in range(0, len(whole), UNKNOWN_AT_ONCE)]
        rest = [pair for pair in pairs if self._of[pair].at > 0]
        return [*few, rest] if rest else few

    def of(self, pair: Pair) -> tuple[int, str]:
        """For the read: its mark, and the parked rows below it."""
        mark = self._of[pair]
        return mark.at, ",".join(map(str, mark.passed))

    def columns(self, pairs: Iterable[Pair]) -> tuple[list[int], list[str]]:
        """The same of each, side by side."""
        marks = [self.of(pair) for pair in pairs]
        return [at for at, _ in marks], [passed for _, passed in marks]

    def read(self, pairs: Iterable[Pair], rows: "Iterable[Record]", emptied: Collection[Pair]) -> None:
        """Move the marks up to what these rows leave below them; of the pairs `emptied` nothing is left to send."""
        first: dict[Pair, int] = {}
        for row in rows:
            pair = (row["topic"], row["lane"])
            first.setdefault(pair, row["seq"])
            self._of[pair].parked.discard(row["seq"])
        for pair in pairs:
            if pair in first or pair in emptied:
                self._move(self._of[pair], first.get(pair))

    def _move(self, mark: _Mark, first: int | None) -> None:
        settled = self._settling.settled
        mark.at = mark.below(settled if first is None else min(settled, first - 1))
