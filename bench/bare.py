# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""aiokafka with nothing of ours around it: the limits the relay is compared to, and the reader of its records."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.child import Port
from bench.enrolled import SOURCE, outbox_rows
from shared.contracts.topics import PARTITIONS
from shared.messaging.cluster import Cluster
from shared.messaging.endings import end_consumer
from shared.messaging.wire import HeaderEncoder

Headers: TypeAlias = list[tuple[str, bytes]]
Record: TypeAlias = tuple[bytes, bytes, Headers]
"""Key, value, headers."""

_BATCH_BYTES = 1_000_000


def _producer(kafka: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        **Cluster.heard(kafka).client(),
        enable_idempotence=True,
        acks="all",
        linger_ms=0,
        max_batch_size=_BATCH_BYTES,
        max_request_size=_BATCH_BYTES + 48_576,
    )


def _records(count: int, keys: int) -> list[tuple[int, Record]]:
    """What the relay would send of so many rows, each with its partition."""
    headers = HeaderEncoder(SOURCE, public_url="http://127.0.0.1:8080")
    return [(row.lane, (row.key.encode(), row.payload, headers.of(row))) for row in outbox_rows(count, keys=keys)]


async def send_batches(_: Port, *, kafka: str, topic: str, count: int, keys: int) -> float:
    """Seconds for so many records in full batches, one in flight a partition: as fast as aiokafka can."""
    lanes: dict[int, list[Record]] = defaultdict(list)
    for lane, record in _records(count, keys):
        lanes[lane].append(record)
    async with _producer(kafka) as producer:
        await producer.partitions_for(topic)
        began = time.perf_counter()
        await asyncio.gather(*(_send_lane(producer, topic, lane, records) for lane, records in lanes.items()))
        return time.perf_counter() - began


async def _send_lane(producer: AIOKafkaProducer, topic: str, lane: int, records: Sequence[Record]) -> None:
    sent = 0
    while sent < len(records):
        batch = producer.create_batch()
        for key, value, headers in records[sent:]:
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                break
            sent += 1
        batch.close()
        await (await producer.send_batch(batch, topic, partition=lane))


async def send_singles(_: Port, *, kafka: str, topic: str, count: int, keys: int) -> float:
    """Seconds for the same records by `send()`, which batches them itself."""
    records = _records(count, keys)
    async with _producer(kafka) as producer:
        await producer.partitions_for(topic)
        began = time.perf_counter()
        sent = [
            await producer.send(topic, value, key, partition=lane, headers=headers)
            for lane, (key, value, headers) in records
        ]
        await asyncio.gather(*sent)
        return time.perf_counter() - began


async def send_steadily(_: Port, *, kafka: str, topic: str, per_second: int, seconds: float) -> dict[str, float]:
    """By `ce_id`, the moment each of so many records a second was handed over to be sent at once."""
    moments: dict[str, float] = {}
    records = _records(int(per_second * seconds), keys=per_second)
    async with _producer(kafka) as producer:
        await producer.partitions_for(topic)

        async def send(number: int) -> None:
            lane, (key, value, headers) = records[number]
            moments[dict(headers)["ce_id"].decode()] = time.monotonic()
            await producer.send_and_wait(topic, value, key, partition=lane, headers=headers)

        await steadily(send, len(records), per_second=per_second)
    return moments


async def steadily(act: Callable[[int], Coroutine[Any, Any, None]], count: int, *, per_second: int) -> None:
    """Act so often at fixed moments, whether or not the last act has ended: a slow one delays no measurement."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as acts:
        for number in range(count):
            await asyncio.sleep(began + number / per_second - time.monotonic())
            acts.create_task(act(number))


async def listen(port: Port, *, kafka: str, topic: str) -> dict[str, float]:
    """By `ce_id`, the moment each record that is written from now on is in the hands of a bare consumer."""
    moments: dict[str, float] = {}
    async with reading(kafka, topic) as consumer:
        port.say("listening")
        while not port.stopped.is_set():
            batches: dict[Any, list[Any]] = await consumer.getmany(timeout_ms=100)
            now = time.monotonic()
            for record in chain.from_iterable(batches.values()):
                moments.setdefault(dict(record.headers)["ce_id"].decode(), now)
    return moments


@asynccontextmanager
async def reading(kafka: str, topic: str) -> AsyncGenerator[AIOKafkaConsumer]:
    """A consumer of every partition of the topic, without a group, from the end."""
    consumer = AIOKafkaConsumer(**Cluster.heard(kafka).client(), fetch_max_wait_ms=100)
    partitions = [TopicPartition(topic, lane) for lane in range(PARTITIONS)]
    await consumer.start()
    try:
        consumer.assign(partitions)
        await skip_to_end(consumer)
        yield consumer
    finally:
        await end_consumer(consumer)


async def records_in(consumer: AIOKafkaConsumer, topic: str) -> int:
    """How many records the topic has been given so far."""
    ends = await consumer.end_offsets([TopicPartition(topic, lane) for lane in range(PARTITIONS)])
    return sum(ends.values())


async def first_records(consumer: AIOKafkaConsumer, lanes: Collection[int]) -> dict[int, float]:
    """The moment the first record of each of these lanes arrives."""
    moments: dict[int, float] = {}
    while not moments.keys() >= set(lanes):
        batches: dict[Any, list[Any]] = await consumer.getmany(timeout_ms=50)
        now = time.monotonic()
        for partition in batches:
            moments.setdefault(partition.partition, now)
    return moments


async def skip_to_end(consumer: AIOKafkaConsumer) -> None:
    """Pass over whatever has been written so far."""
    await consumer.seek_to_end(*consumer.assignment())
    await asyncio.gather(*(consumer.position(partition) for partition in consumer.assignment()))
