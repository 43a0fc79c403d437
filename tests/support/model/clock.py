"""The relay's monotonic clock, put forward at will: nobody waits for a back-off or for a silent minute."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from unittest.mock import patch

from shared.messaging import flights, session, troubles


class Clock:
    """Stands in for the `time` module where the relay reads it; asyncio's own timers stay on the wall clock."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def monotonic(self) -> float:
        """Seconds; never back."""
        return time.monotonic() + self._ahead

    def skip(self, seconds: float) -> None:
        """Let so much time have passed."""
        self._ahead += seconds


MOST_ROWS = 6
"""A read as small as this is full now and then, so that the relay reads on while batches fly."""


@contextmanager
def relay_clock() -> Generator[Clock]:
    """Everything the relay times in here is on this clock, and its reads are small."""
    clock = Clock()
    with (
        patch.object(session, "MOST_ROWS", MOST_ROWS),
        patch.object(session, "time", clock),
        patch.object(flights, "time", clock),
        patch.object(troubles, "time", clock),
    ):
        yield clock
