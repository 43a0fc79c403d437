"""How long events took from their outbox to a consumer's cursor."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from shared.messaging.lanes import lane_of
from tests.chaos.dumps import Dumps, Moved, Written
from tests.chaos.poison import TOPIC, Poison


@dataclass(frozen=True, slots=True)
class Passage:
    """An event and the seconds until the consumer had passed it; endless where it never did."""

    consumer: str
    event: Written
    seconds: float


class Passages:
    """Of every event, by every consumer that reads its topic; held keys are meant to be stuck, and left out.

    So are those that were set `apart` for another purpose.
    """

    def __init__(self, dumps: Dumps, poisons: Sequence[Poison], apart: Collection[str] = ()) -> None:
        self._moves: defaultdict[tuple[str, str, str], list[Moved]] = defaultdict(list)
        for moved in (m for s in dumps.services for m in s.moved):
            self._moves[moved.consumer, moved.topic, moved.key].append(moved)
        self._reads = sorted({(consumer, topic) for consumer, topic, _ in self._moves})
        held = {*apart, *(poison.key for poison in poisons)}
        self._lanes = {lane_of(key) for key in held}
        self._events = [w for w in dumps.written.values() if w.key not in held]

    def near(self, poison: Poison) -> list[Passage]:
        """Of the keys of its partition, by its consumer; by all of them where it is a relay that holds it."""
        return [
            p
            for p in self._while_held(poison)
            if p.event.topic == TOPIC and p.event.lane == lane_of(poison.key) and poison.consumer in {None, p.consumer}
        ]

    def elsewhere(self, poison: Poison, consumer: str) -> list[Passage]:
        """Of the same topic by the same consumer, from partitions in which nothing was ever held."""
        return [
            p
            for p in self._while_held(poison)
            if p.consumer == consumer and p.event.topic == TOPIC and p.event.lane not in self._lanes
        ]

    def _while_held(self, poison: Poison) -> Iterator[Passage]:
        for event in self._events:
            if event.at >= poison.since and (poison.released_at is None or event.at <= poison.released_at):
                for consumer, topic in self._reads:
                    if topic == event.topic:
                        yield Passage(consumer, event, self._seconds(consumer, event))

    def _seconds(self, consumer: str, event: Written) -> float:
        of_key = self._moves.get((consumer, *event.stream), ())
        place = bisect_left(of_key, event.version, key=lambda moved: moved.version)
        return (of_key[place].at - event.at).total_seconds() if place < len(of_key) else math.inf
