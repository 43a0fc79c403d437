"""A made-up Kafka whose answers a test decides: lost acknowledgements, silence, refusals of its choice.

Only for what a real broker cannot be made to do on demand; everything else is tested against Kafka itself. Like the
real producer, one of whose batches failed, a producer can send nothing more to that partition.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from shared.messaging.cluster import Cluster
from shared.messaging.producer import Batch, BatchRefused, Blame, Headers

NOWHERE = Cluster("nowhere")
"""A staged Kafka is not looked for."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A batch on its way: the key and version of each of its records, and which producer carries it."""

    topic: str
    lane: int
    records: Sequence[tuple[str, int]]
    producer: int


Answer: TypeAlias = Callable[[Attempt], Awaitable[None]]


async def taken(_: Attempt) -> None:
    """The answer of a Kafka in good health."""


@dataclass(slots=True)
class StagedKafka:
    """Takes a batch when `answer(attempt)` returns, refuses it when that raises BatchRefused."""

    answer: Answer = taken
    fit_no_batch: Collection[tuple[str, int]] = ()
    log: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    in_the_air: Counter[int] = field(default_factory=Counter[int])
    most_in_the_air: int = 0
    through_spoilt: int = 0
    producers: int = 0

    def producer(self, _: Cluster) -> "StagedProducer":
        self.producers += 1
        return StagedProducer(self, self.producers)

    def write(self, attempt: Attempt) -> None:
        """The batch stands in the log from now on, whether the relay hears of it or not."""
        self.log += attempt.records

    async def carry(self, attempt: Attempt) -> None:
        """Have the batch answered, and count how many of its lane are on their way."""
        self.attempts.append(attempt)
        self.in_the_air[attempt.lane] += 1
        self.most_in_the_air = max(self.most_in_the_air, self.in_the_air[attempt.lane])
        try:
            await self.answer(attempt)
        finally:
            self.in_the_air[attempt.lane] -= 1
        self.write(attempt)


class StagedProducer:
    """A producer as the relay wants it."""

    def __init__(self, kafka: StagedKafka, number: int) -> None:
        self._kafka = kafka
        self._number = number
        self._spoilt: set[tuple[str, int]] = set()

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to wait for."""

    def batch(self) -> Batch:
        """An empty batch without an end, but for what fits into none."""
        return Batch(_Records(self._kafka.fit_no_batch))

    async def send(self, topic: str, partition: int, batch: Batch) -> None:
        """Send it as the staged Kafka will have it."""
        if (topic, partition) in self._spoilt:
            self._kafka.through_spoilt += 1
            raise BatchRefused("OutOfOrderSequenceNumber", Blame.MOMENT)
        try:
            await self._kafka.carry(Attempt(topic, partition, tuple(batch.builder.records), self._number))
        except BatchRefused:
            self._spoilt.add((topic, partition))
            raise


class _Records:
    """What a batch is built of."""

    def __init__(self, fit_no_batch: Collection[tuple[str, int]]) -> None:
        self.records: list[tuple[str, int]] = []
        self._fit_no_batch = fit_no_batch

    def append(self, *, key: bytes, headers: Headers, **_: object) -> object:
        record = (key.decode(), int(dict(headers)["ce_sequence"]))
        if record in self._fit_no_batch:
            return None
        self.records.append(record)
        return self
