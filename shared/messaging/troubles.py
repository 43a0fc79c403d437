"""What a (topic, lane) pair went through lately: how long it is held back, and how much of it is read at once.

A refusal may be the fault of a record for certain, perhaps, or not at all. Whoever is in doubt waits between its tries,
and all who are in doubt wait together while nothing is taken at all, so that an ill broker costs one producer each time
and not one a pair. A pair that was never refused waits for nobody: it may be well.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from shared.messaging.producer import Blame
from shared.messaging.suspects import Suspect

Pair: TypeAlias = tuple[str, int]

WINDOW = 400
"""Rows read of a pair at once."""

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
class _Trouble:
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


class Troubles:
    """The pairs in trouble; a pair that is not in here is read and sent as usual."""

    def __init__(self) -> None:
        self._of: defaultdict[Pair, _Trouble] = defaultdict(_Trouble)
        self._doubt = _Hold()

    def held(self, pair: Pair) -> bool:
        """Whether the pair is to be left alone for now."""
        trouble = self._of.get(pair)
        return trouble is not None and (trouble.hold.on or (trouble.in_doubt and self._doubt.on))

    def window(self, pair: Pair) -> int:
        """How many rows of the pair to read; none while a witness is sent in their place."""
        trouble = self._of.get(pair)
        if trouble is None:
            return WINDOW
        return 0 if trouble.suspect and trouble.suspect.witness is not None else trouble.window

    def wanted(self, pair: Pair) -> tuple[list[int], int] | None:
        """The rows whose keys may not give the witness that the pair wants now, and how many keys to pass over."""
        trouble = self._of.get(pair)
        if trouble is None or trouble.suspect is None or not trouble.suspect.barred:
            return None
        return trouble.suspect.barred, min(trouble.suspect.passes_over, WINDOW)

    def call(self, pair: Pair, witness: int | None) -> None:
        """The pair's next batch is this row alone; None when the pair has no row that may bear witness."""
        if suspect := self._of[pair].suspect:
            suspect.call(witness)

    def fill(self, pair: Pair, records: int) -> None:
        """A batch was full with so many records: do not read what does not fit, over and over."""
        self._of[pair].window = max(1, records)

    def taken(self, pair: Pair, seqs: Sequence[int]) -> None:
        """Trust the pair with twice as much, and at last with all; what a witness tells is not about its window."""
        self._doubt.end()
        trouble = self._of.get(pair)
        if trouble is None:
            return
        trouble.hold.end()
        trouble.in_doubt = False
        if trouble.suspect and trouble.is_witness(seqs[0]):
            trouble.suspect.hear(taken=True)
            return
        trouble.suspect = None
        trouble.refused_alone.clear()
        trouble.window *= 2
        if trouble.window >= WINDOW:
            del self._of[pair]

    def refused(self, pair: Pair, seqs: Sequence[int], blame: Blame) -> bool:
        """Hold the pair unless the fault is certain, read half as many; True when its one record is to be parked."""
        trouble = self._of[pair]
        if blame is not Blame.RECORD:
            trouble.hold.begin()
        if blame is Blame.MOMENT:
            if trouble.suspect:
                trouble.suspect.doubt_all()
            return False
        if blame is Blame.DOUBT:
            self._in_doubt(trouble)
        if trouble.suspect and trouble.is_witness(seqs[0]):
            trouble.suspect.hear(taken=False)
            return blame is Blame.RECORD and trouble.is_guilty(seqs[0], blame)
        trouble.window = max(1, len(seqs) // 2)
        return len(seqs) == 1 and trouble.is_guilty(seqs[0], blame)

    def _in_doubt(self, trouble: _Trouble) -> None:
        trouble.in_doubt = True
        if not self._doubt.on:
            self._doubt.begin()

    def parked(self, pair: Pair, seq: int) -> None:
        """What held the pair up is gone; what follows may be as bad, so trust comes back step by step."""
        trouble = self._of.get(pair)
        if trouble is None:
            return
        if trouble.suspect and trouble.suspect.seq != seq:
            trouble.suspect.dismiss()
        else:
            trouble.hold.end()
            trouble.suspect, trouble.in_doubt = None, False
