"""Batches on their way to Kafka: per (topic, lane) pair one at a time, so that a retry never overtakes."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.messaging.producer import Batch, BatchRefused, Blame
from shared.messaging.troubles import Pair
from shared.observability.logs import get_logger, where

NO_ACK = 60.0
"""Seconds after which a batch that was neither taken nor refused is given up, and its producer with it."""


class Carrier(Protocol):
    """What the relay needs of a producer; `shared.messaging.producer.Producer` is the real one."""

    async def start(self) -> None:
        """Connect; KafkaAway when no broker answers."""
        ...

    async def stop(self) -> None:
        """End within seconds even when batches can never be delivered."""
        ...

    def batch(self) -> Batch:
        """An empty batch."""
        ...

    async def send(self, topic: str, partition: int, batch: Batch) -> None:
        """Return when all in-sync replicas have the batch; BatchRefused otherwise."""
        ...


@dataclass(slots=True, eq=False)
class Flight:
    """A batch on its way: the rows it holds, and the producer that carries it."""

    pair: Pair
    seqs: Sequence[int]
    carrier: Carrier
    task: "asyncio.Task[None]"
    started: float

    @property
    def overdue(self) -> bool:
        """Whether it has been on its way for too long."""
        return not self.task.done() and time.monotonic() - self.started > NO_ACK

    def failure(self) -> BatchRefused | None:
        """Why Kafka did not take the batch, or nobody could ask it to; None when it did."""
        if self.task.cancelled():
            return BatchRefused("ProducerReplaced", Blame.MOMENT)
        error = self.task.exception()
        if error is None or isinstance(error, BatchRefused):
            return error
        get_logger().error("batch_unsendable", topic=self.pair[0], lane=self.pair[1], cause=where(error))
        return BatchRefused(type(error).__name__, Blame.MOMENT)


class Flights:
    """What is in the air now."""

    def __init__(self, landed: Callable[[], None]) -> None:
        """`landed` is called whenever a batch was taken or refused."""
        self._landed = landed
        self._by_pair: dict[Pair, Flight] = {}

    def __len__(self) -> int:
        return len(self._by_pair)

    def __contains__(self, pair: object) -> bool:
        return pair in self._by_pair

    def busy_lanes(self) -> set[int]:
        """The lanes something of which is in the air."""
        return {lane for _, lane in self._by_pair}

    def launch(self, pair: Pair, topic: str, batch: Batch, seqs: Sequence[int], carrier: Carrier) -> None:
        """Send the batch to the cluster's `topic`; the pair must have nothing in the air."""
        task = asyncio.create_task(carrier.send(topic, pair[1], batch))
        task.add_done_callback(lambda _: self._landed())
        self._by_pair[pair] = Flight(pair, seqs, carrier, task, time.monotonic())

    def take_ended(self) -> list[Flight]:
        """The flights that are over, well or not; overdue ones are called off."""
        ended = [flight for flight in self._by_pair.values() if flight.task.done() or flight.overdue]
        for flight in ended:
            del self._by_pair[flight.pair]
        return ended

    async def wait(self, seconds: float) -> None:
        """Wait until one of them is over."""
        tasks = [flight.task for flight in self._by_pair.values()]
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    def call_off(self, carrier: Carrier | None = None) -> None:
        """Wait no longer for what this producer carries, or for anything: their rows are still in the outbox."""
        for flight in self._by_pair.values():
            if carrier is None or flight.carrier is carrier:
                flight.task.cancel()
