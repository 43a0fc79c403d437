"""How long a topic-partition (a logical topic and a lane) is held back, and how much of it is read at once.

A refusal may be the fault of a record for certain, perhaps, or not at all. Whoever is in doubt waits between its tries,
and all who are in doubt wait together while nothing is taken at all, so that an ill broker costs one producer each time
and not one a partition. A partition that was never refused waits for nobody: it may be well.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from shared.messaging.producer import Blame
from shared.messaging.suspects import Suspect

TopicPartition: TypeAlias = tuple[str, int]

WINDOW = 400
"""Rows read of a partition at once."""

HOLD_FIRST, HOLD_LAST = 0.2, 10.0


@dataclass(slots=True)
class _Hold:
    until: float = 0.0
    next: float = HOLD_FIRST

    @property
    def on(self) -> bool:
        return self.until > time.monotonic()

    def begin(self) -> None:
        """Longer each time."""
        self.until = time.monotonic() + self.next
        self.next = min(self.next * 2, HOLD_LAST)

    def end(self) -> None:
        self.until, self.next = 0.0, HOLD_FIRST


@dataclass(slots=True)
class _Backoff:
    window: int = WINDOW
    hold: _Hold = field(default_factory=_Hold)
    in_doubt: bool = False
    refused_alone: set[int] = field(default_factory=set[int])
    refused_too: set[int] = field(default_factory=set[int])
    suspect: Suspect | None = None

    def is_witness(self, seq: int) -> bool:
        return self.suspect is not None and self.suspect.witness == seq

    def is_guilty(self, seq: int, blame: Blame) -> bool:
        """What is certain is believed when it is said twice, what is doubtful when it is proven."""
        if blame is Blame.RECORD:
            twice = seq in self.refused_alone
            self.refused_alone.add(seq)
            return twice
        if self.suspect is None or self.suspect.seq != seq:
            self.suspect = Suspect(seq, self.refused_too)
            return False
        return self.suspect.refused_again()


class PartitionBackoff:
    """The partitions in trouble; a partition that is not in here is read and sent as usual."""

    def __init__(self) -> None:
        self._of: defaultdict[TopicPartition, _Backoff] = defaultdict(_Backoff)
        self._doubt = _Hold()

    def held(self, partition: TopicPartition) -> bool:
        """Whether the partition is to be left alone for now."""
        backoff = self._of.get(partition)
        return backoff is not None and (backoff.hold.on or (backoff.in_doubt and self._doubt.on))

    def window(self, partition: TopicPartition) -> int:
        """How many rows of the partition to read; none while a witness is sent in their place."""
        backoff = self._of.get(partition)
        if backoff is None:
            return WINDOW
        return 0 if backoff.suspect and backoff.suspect.witness is not None else backoff.window

    def wanted(self, partition: TopicPartition) -> tuple[list[int], int] | None:
        """The rows whose keys may not give the witness that the partition wants now, and how many keys to pass over."""
        backoff = self._of.get(partition)
        if backoff is None or backoff.suspect is None or not backoff.suspect.barred:
            return None
        return backoff.suspect.barred, min(backoff.suspect.passes_over, WINDOW)

    def call(self, partition: TopicPartition, witness: int | None) -> None:
        """The partition's next batch is this row alone; None when the partition has no row that may bear witness."""
        if suspect := self._of[partition].suspect:
            suspect.call(witness)

    def fill(self, partition: TopicPartition, records: int) -> None:
        """A batch was full with so many records: do not read what does not fit, over and over."""
        self._of[partition].window = max(1, records)

    def taken(self, partition: TopicPartition, seqs: Sequence[int]) -> None:
        """Trust it with twice as much, and at last with all; what a witness tells is not about its window."""
        self._doubt.end()
        backoff = self._of.get(partition)
        if backoff is None:
            return
        backoff.hold.end()
        backoff.in_doubt = False
        if backoff.suspect and backoff.is_witness(seqs[0]):
            backoff.suspect.hear(taken=True)
            return
        backoff.suspect = None
        backoff.refused_alone.clear()
        backoff.window *= 2
        if backoff.window >= WINDOW:
            del self._of[partition]

    def refused(self, partition: TopicPartition, seqs: Sequence[int], blame: Blame) -> bool:
        """Hold it unless the fault is certain, read half as many; True when its one record is to be parked."""
        backoff = self._of[partition]
        if blame is not Blame.RECORD:
            backoff.hold.begin()
        if blame is Blame.MOMENT:
            if backoff.suspect:
                backoff.suspect.doubt_all()
            return False
        if blame is Blame.DOUBT:
            self._in_doubt(backoff)
        if backoff.suspect and backoff.is_witness(seqs[0]):
            backoff.suspect.hear(taken=False)
            return blame is Blame.RECORD and backoff.is_guilty(seqs[0], blame)
        backoff.window = max(1, len(seqs) // 2)
        return len(seqs) == 1 and backoff.is_guilty(seqs[0], blame)

    def _in_doubt(self, backoff: _Backoff) -> None:
        backoff.in_doubt = True
        if not self._doubt.on:
            self._doubt.begin()

    def parked(self, partition: TopicPartition, seq: int) -> None:
        """What held the partition up is gone; what follows may be as bad, so trust comes back step by step."""
        backoff = self._of.get(partition)
        if backoff is None:
            return
        if backoff.suspect and backoff.suspect.seq != seq:
            backoff.suspect.dismiss()
        else:
            backoff.hold.end()
            backoff.suspect, backoff.in_doubt = None, False
