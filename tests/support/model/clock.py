"""What delivery asks of its surroundings and no story decides: the time, ids, chance. Here each telling has the same.

No second passes by itself: a slow machine is no reason for a back-off to be over.
"""

import random
from collections.abc import Generator, MutableSequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from shared.contracts import topics
from shared.contracts.topics import Topic
from shared.messaging import backoff, cursors, in_flight, lanes, outbox, outbox_publisher, recovery, retries
from shared.postgres import database
from tests.support.model.ids import Ids

_START = 1_000.0


class Clock:
    """Stands in for the `time` module where the relay reads it; asyncio's own timers stay on the wall clock."""

    def __init__(self) -> None:
        self._now = _START

    def monotonic(self) -> float:
        """Seconds; never back within a story."""
        return self._now

    def skip(self, seconds: float) -> None:
        """Let so much time have passed."""
        self._now += seconds

    def restart(self) -> None:
        """A story begins."""
        self._now = _START


class Chance:
    """Stands in for the `random` module: the schedule decides, and every pause that is drawn is over at once."""

    def __init__(self) -> None:
        self._dice = random.Random(0)

    def restart(self, schedule: int) -> None:
        """A story begins."""
        self._dice.seed(schedule)

    def uniform(self, _low: float, _high: float) -> float:
        return 0.0

    def shuffle(self, order: MutableSequence[Any]) -> None:
        """For free lanes."""
        self._dice.shuffle(order)


@dataclass(slots=True)
class Declared:
    """Stands in for what is declared of a topic: a story says whether Kafka forgets its old records."""

    forgets: bool = False

    def __call__(self, name: str) -> Topic:
        return replace(topics.topic(name), retention=timedelta(days=7) if self.forgets else None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    chance: Chance = field(default_factory=Chance)
    declared: Declared = field(default_factory=Declared)

    def restart(self, schedule: int) -> None:
        """A story begins, with this schedule."""
        self.clock.restart()
        self.ids.restart()
        self.chance.restart(schedule)
        self.declared.forgets = False


MOST_ROWS = 6
"""A read as small as this is full now and then, so that the relay reads on while batches fly."""


@contextmanager
def same_surroundings() -> Generator[Surroundings]:
    """Everything the relay times in here is on this clock, ids are counted, its reads are small."""
    same = Surroundings()
    with ExitStack() as stack:
        stack.enter_context(patch.object(outbox_publisher, "MOST_ROWS", MOST_ROWS))
        stack.enter_context(patch.object(cursors, "declared", same.declared))
        for module in (outbox_publisher, in_flight, backoff):
            stack.enter_context(patch.object(module, "time", same.clock))
        for module in (outbox, recovery):
            stack.enter_context(patch.object(module, "new_id", same.ids))
        for module in (lanes, retries, database):
            stack.enter_context(patch.object(module, "random", same.chance))
        yield same
