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

from shared.messaging.backoff import TopicPartition

if TYPE_CHECKING:
    from shared.postgres.database import Record

SWEEP_EVERY = 60.0
UNKNOWN_AT_ONCE = 4
"""Partitions read from the beginning by one statement: all of them may take longer than the relay's statements live."""

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
    """The marks of the partitions a relay owns; whoever loses a lane knows nothing of it any more."""

    def __init__(self) -> None:
        self._settling = _Settling()
        self._of: dict[TopicPartition, _Mark] = {}

    def look(self, last: int, writers: Collection[str]) -> None:
        """Hear the last number given, and the transactions that may be giving some now."""
        self._settling.look(last, writers)

    def keep(self, lanes: Collection[int]) -> None:
        """Forget the lanes that are not owned: their next owner may park what is not known here."""
        for partition in [partition for partition in self._of if partition[1] not in lanes]:
            del self._of[partition]

    def unknown(self, partitions: Iterable[TopicPartition]) -> list[TopicPartition]:
        """Those whose parked rows are to be listed before they are read."""
        self._sweep(partitions)
        return [partition for partition in partitions if partition not in self._of]

    def _sweep(self, partitions: Iterable[TopicPartition]) -> None:
        """At most one at a time; what it knows of parked rows is asked for again."""
        known = [(mark.swept, partition) for partition in partitions if (mark := self._of.get(partition))]
        swept, partition = min(known, default=(math.inf, None))
        if partition is None or time.monotonic() - swept < SWEEP_EVERY:
            return
        if self._of[partition].parked:
            del self._of[partition]
        else:
            self._of[partition] = _Mark(parked=set(), swept=time.monotonic())

    def listed(self, partitions: Iterable[TopicPartition], parked: "Iterable[Record]") -> None:
        """These partitions have these parked rows and no others; each partition is read from its beginning next."""
        self._of.update((partition, _Mark(parked=set(), swept=time.monotonic())) for partition in partitions)
        for row in parked:
            self._of[row["topic"], row["lane"]].parked.add(row["seq"])

    def parked(self, partition: TopicPartition, seq: int) -> None:
        """One more; only who owns a lane parks rows of it."""
        if mark := self._of.get(partition):
            mark.parked.add(seq)

    def groups(self, partitions: Sequence[TopicPartition]) -> list[list[TopicPartition]]:
        """What one statement each reads: a few that are read from the beginning, and all others together."""
        whole = [partition for partition in partitions if self._of[partition].at == 0]
        if self._settling.last == 0 or len(whole) <= UNKNOWN_AT_ONCE:
            return [list(partitions)]
        few = [whole[n : n + UNKNOWN_AT_ONCE] for n in range(0, len(whole), UNKNOWN_AT_ONCE)]
        rest = [partition for partition in partitions if self._of[partition].at > 0]
        return [*few, rest] if rest else few

    def of(self, partition: TopicPartition) -> tuple[int, str]:
        """For the read: its mark, and the parked rows below it."""
        mark = self._of[partition]
        return mark.at, ",".join(map(str, mark.passed))

    def columns(self, partitions: Iterable[TopicPartition]) -> tuple[list[int], list[str]]:
        """The same of each, side by side."""
        marks = [self.of(partition) for partition in partitions]
        return [at for at, _ in marks], [passed for _, passed in marks]

    def read(
        self, partitions: Iterable[TopicPartition], rows: "Iterable[Record]", emptied: Collection[TopicPartition]
    ) -> None:
        """Move the marks up to what these rows leave below them; in those `emptied` nothing is left to send."""
        first: dict[TopicPartition, int] = {}
        for row in rows:
            partition = (row["topic"], row["lane"])
            first.setdefault(partition, row["seq"])
            self._of[partition].parked.discard(row["seq"])
        for partition in partitions:
            if partition in first or partition in emptied:
                self._move(self._of[partition], first.get(partition))

    def _move(self, mark: _Mark, first: int | None) -> None:
        settled = self._settling.settled
        mark.at = mark.below(settled if first is None else min(settled, first - 1))
