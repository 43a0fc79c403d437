"""What a (topic, lane) pair went through lately: how long it is held back, and how much of it is read at once."""

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TypeAlias

Pair: TypeAlias = tuple[str, int]

WINDOW = 400
"""Rows read of a pair at once."""

HOLD_FIRST, HOLD_LAST = 0.2, 10.0


@dataclass(slots=True)
class _Trouble:
    hold_until: float = 0.0
    back_off: float = HOLD_FIRST
    window: int = WINDOW
    refused_alone: int = 0


class Troubles:
    """The pairs in trouble; a pair that is not in here is read and sent as usual."""

    def __init__(self) -> None:
        self._of: defaultdict[Pair, _Trouble] = defaultdict(_Trouble)

    def held(self, pair: Pair) -> bool:
        """Whether the pair is to be left alone for now."""
        return pair in self._of and self._of[pair].hold_until > time.monotonic()

    def window(self, pair: Pair) -> int:
        """How many rows of the pair to read."""
        return self._of[pair].window if pair in self._of else WINDOW

    def hold(self, pair: Pair) -> None:
        """The moment is wrong, not the records: leave the pair alone, longer each time."""
        trouble = self._of[pair]
        trouble.hold_until = time.monotonic() + trouble.back_off
        trouble.back_off = min(trouble.back_off * 2, HOLD_LAST)

    def narrow(self, pair: Pair, records: int) -> bool:
        """One of these records is refused: read half as many; True when it is one alone, and was refused twice."""
        trouble = self._of[pair]
        trouble.window = max(1, records // 2)
        trouble.refused_alone += records == 1
        return trouble.refused_alone > 1

    def fill(self, pair: Pair, records: int) -> None:
        """A batch was full with so many records: do not read what does not fit, over and over."""
        self._of[pair].window = max(1, records)

    def recover(self, pair: Pair) -> None:
        """A batch of the pair was taken: trust it with twice as much, and at last with all."""
        trouble = self._of.get(pair)
        if trouble is None:
            return
        trouble.back_off, trouble.refused_alone = HOLD_FIRST, 0
        trouble.window *= 2
        if trouble.window >= WINDOW:
            self.forget(pair)

    def forget(self, pair: Pair) -> None:
        """The reason is gone: the record was parked."""
        self._of.pop(pair, None)
