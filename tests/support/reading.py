"""What stands in a topic, read record by record as any other NHS system would."""

from collections import defaultdict
from typing import Any

from aiokafka import AIOKafkaConsumer

from shared.messaging.cluster import Cluster
from shared.messaging.endings import end_consumer
from shared.messaging.kafka import end_offsets


async def records(kafka: Cluster, topic: str) -> list[Any]:
    """Every record of the topic, partition by partition in the order of the log."""
    ends = {tp: end for tp, end in (await end_offsets(kafka, [topic])).items() if end}
    if not ends:
        return []
    consumer: Any = AIOKafkaConsumer(**kafka.client(), enable_auto_commit=False)
    await consumer.start()
    try:
        return [record for tp, end in ends.items() for record in await _partition(consumer, tp, end)]
    finally:
        await end_consumer(consumer)


async def _partition(consumer: Any, tp: Any, end: int) -> list[Any]:
    consumer.assign([tp])
    await consumer.seek_to_beginning(tp)
    found: list[Any] = []
    while await consumer.position(tp) < end:
        found += (await consumer.getmany(tp, timeout_ms=500)).get(tp, [])
    return found


async def versions(kafka: Cluster, topic: str) -> dict[str, list[int]]:
    """The versions of each key in the order in which a subscriber sees each for the first time."""
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for record in await records(kafka, topic):
        version = int(dict(record.headers)["ce_sequence"])
        if version not in seen[record.key.decode()]:
            seen[record.key.decode()].append(version)
    return dict(seen)
