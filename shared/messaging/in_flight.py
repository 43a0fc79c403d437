"""Batches on their way to Kafka: per topic-partition one at a time, so that a retry never overtakes."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.messaging.backoff import TopicPartition
from shared.messaging.producer import Batch, BatchRefused, Blame
from shared.observability.logs import get_logger, where

NO_ACK = 60.0
"""Seconds after which a batch that was neither taken nor refused is given up, and its producer with it."""


class ProducerPort(Protocol):
    """What the relay needs of a producer; `shared.messaging.producer.Producer` is the real one."""

    async def start(self) -> None:
        """Connect; KafkaUnavailable when no broker answers."""
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
class InFlightBatch:
    """A batch on its way: the rows it holds, and the producer that carries it."""

    partition: TopicPartition
    seqs: Sequence[int]
    producer: ProducerPort
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
        get_logger().error("batch_unsendable", topic=self.partition[0], lane=self.partition[1], cause=where(error))
        return BatchRefused(type(error).__name__, Blame.MOMENT)


class InFlightBatches:
    """The batches that are in flight now."""

    def __init__(self, on_done: Callable[[], None]) -> None:
        """`on_done` is called whenever a batch was taken or refused."""
        self._on_done = on_done
        self._by_partition: dict[TopicPartition, InFlightBatch] = {}

    def __len__(self) -> int:
        return len(self._by_partition)

    def __contains__(self, partition: object) -> bool:
        return partition in self._by_partition

    def busy_lanes(self) -> set[int]:
        """The lanes something of which is in flight."""
        return {lane for _, lane in self._by_partition}

    def send(
        self, partition: TopicPartition, topic: str, batch: Batch, seqs: Sequence[int], producer: ProducerPort
    ) -> None:
        """Send the batch to the cluster's `topic`; the partition must have nothing in flight."""
        task = asyncio.create_task(producer.send(topic, partition[1], batch))
        task.add_done_callback(lambda _: self._on_done())
        self._by_partition[partition] = InFlightBatch(partition, seqs, producer, task, time.monotonic())

    def take_ended(self) -> list[InFlightBatch]:
        """The batches that are over, well or not, or overdue."""
        ended = [batch for batch in self._by_partition.values() if batch.task.done() or batch.overdue]
        for batch in ended:
            del self._by_partition[batch.partition]
        return ended

    async def wait(self, seconds: float) -> None:
        """Wait until one of them is over."""
        tasks = [batch.task for batch in self._by_partition.values()]
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    def cancel(self, producer: ProducerPort | None = None) -> None:
        """Wait no longer for what this producer carries, or for anything: their rows are still in the outbox."""
        for batch in self._by_partition.values():
            if producer is None or batch.producer is producer:
                batch.task.cancel()
