# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportPrivateUsage=false
"""Sending to Kafka: a batch, the producer that carries it, and what is to blame when it is refused."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    CorruptRecordException,
    InvalidMessageError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    UnknownError,
)

from shared.messaging.cluster import Cluster
from shared.messaging.endings import ended, given_up
from shared.messaging.kafka import KafkaUnavailable

Headers = Sequence[tuple[str, bytes]]

_CERTAIN = (MessageSizeTooLargeError, RecordListTooLargeError)
_DOUBTFUL = (CorruptRecordException, InvalidMessageError, UnknownError)
"""UnknownError is also aiokafka's name for every code it does not know, such as INVALID_RECORD."""

_BATCH_BYTES = 1_000_000
_STOP_SECONDS = 5.0


class Blame(StrEnum):
    """What is to blame that a batch was refused."""

    RECORD = "record"
    """One in it, for certain."""

    DOUBT = "doubt"
    """One in it or the broker: the same answer is given for both."""

    MOMENT = "moment"


class BatchRefused(Exception):
    """Kafka did not take a batch."""

    def __init__(self, reason: str, blame: Blame) -> None:
        super().__init__(reason)
        self.reason = reason
        self.blame = blame


def _blame(error: KafkaError) -> Blame:
    if isinstance(error, _CERTAIN):
        return Blame.RECORD
    return Blame.DOUBT if isinstance(error, _DOUBTFUL) else Blame.MOMENT


class Batch:
    """A record batch under construction: accepted or refused by Kafka whole."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def add(self, key: bytes, value: bytes, headers: Headers) -> bool:
        """Append one record; False when the batch is full and it was not added."""
        return self.builder.append(timestamp=None, key=key, value=value, headers=headers) is not None


class Producer:
    """An idempotent producer. After any failed batch it must be replaced, never used again for that partition."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._producer = AIOKafkaProducer(
            **cluster.client(),
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=_BATCH_BYTES,
            max_request_size=_BATCH_BYTES + 48_576,
            request_timeout_ms=10_000,
            metadata_max_age_ms=10_000,
        )
        self._ending: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect; KafkaUnavailable when no broker answers. Whatever ends it half-way, nothing of it is left."""
        try:
            async with asyncio.timeout(20):
                await self._producer.start()
        except (KafkaError, OSError, TimeoutError) as error:
            await self.stop()
            raise KafkaUnavailable(type(error).__name__) from error
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End within seconds even when batches can never be delivered; it goes on when nobody waits for it any more."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        await asyncio.shield(self._ending)

    async def _end(self) -> None:
        await ended(
            self._producer.stop,
            self._end_sender,
            self._give_up_batches,
            self._producer.client.close,
            seconds=_STOP_SECONDS,
        )

    async def _end_sender(self) -> None:
        """`stop()` alone may wait for ever."""
        if task := self._producer._sender.sender_task:  # noqa: SLF001 no public way
            await given_up(task)

    async def _give_up_batches(self) -> None:
        """Nobody sends them any more, and `stop()` would wait for them behind our back."""
        accumulator: Any = self._producer._message_accumulator  # noqa: SLF001 no public way
        for batch in (*accumulator._pending_batches, *chain.from_iterable(accumulator._batches.values())):  # noqa: SLF001
            batch.future.cancel()

    def batch(self) -> Batch:
        """An empty batch of at most about 1 MB."""
        return Batch(self._producer.create_batch())

    async def send(self, topic: str, partition: int, batch: Batch) -> None:
        """Send the batch and wait for its acknowledgement by all in-sync replicas; BatchRefused otherwise."""
        batch.builder.close()
        try:
            acknowledged = await self._producer.send_batch(batch.builder, topic, partition=partition)
            await acknowledged
        except KafkaError as error:
            raise BatchRefused(type(error).__name__, _blame(error)) from error
