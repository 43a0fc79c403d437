# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""What the run itself asks of Kafka; the one untyped door of this package."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from shared.contracts.topics import PARTITIONS, TOPICS
from shared.messaging.cluster import Cluster
from shared.messaging.endings import end_admin, end_consumer, ended
from shared.messaging.topics import wanted
from tests.chaos import patience
from tests.chaos.deployment import BROKERS
from tests.chaos.dumps import Place, Seen

T = TypeVar("T")

UNAVAILABLE = (KafkaError, OSError, TimeoutError)
"""What a question to Kafka raises while brokers are down."""


@asynccontextmanager
async def _admin(cluster: Cluster) -> AsyncGenerator[Any]:
    admin = AIOKafkaAdminClient(**cluster.client(), request_timeout_ms=30_000)
    try:
        async with asyncio.timeout(patience.ANSWER):
            await admin.start()
            yield admin
    finally:
        await end_admin(admin)


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask again while brokers are down."""
    deadline = asyncio.get_running_loop().time() + patience.RETURN
    while True:
        try:
            return await ask()
        except UNAVAILABLE:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(1)


async def committed(cluster: Cluster, group: str) -> dict[Place, int]:
    async with _admin(cluster) as admin:
        found = await admin.list_consumer_group_offsets(group)
    return {(tp.topic, tp.partition): meta.offset for tp, meta in found.items() if meta.offset >= 0}


async def come_and_go(cluster: Cluster, group: str, topic: str) -> bool:
    """Join the group, be given partitions, leave: two rebalances for everybody else in it; False when not let in."""
    member = AIOKafkaConsumer(topic, **cluster.client(), group_id=group, enable_auto_commit=False)
    try:
        async with asyncio.timeout(patience.CONNECTION):
            await member.start()
            while not member.assignment():  # noqa: ASYNC110 the client tells nobody when it was given some
                await asyncio.sleep(0.1)
    except TimeoutError:
        return False
    finally:
        await end_consumer(member)
    return True


async def largest_record(cluster: Cluster, topic: str, most: int | None) -> None:
    """Let the topic refuse batches above that many bytes; None gives it its declared settings back."""
    declared = next(t for t in TOPICS if t.name == topic)
    config = wanted([declared], prefix="", brokers=BROKERS)[0].config()
    if most is not None:
        config["max.message.bytes"] = str(most)
    async with _admin(cluster) as admin:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=config)])


async def copies(cluster: Cluster, topics: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of each topic that exists how many brokers keep its records, and how many have to acknowledge one."""
    async with _admin(cluster) as admin:
        described = await admin.describe_topics(list(topics))
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in topics])
    settings = {name: {e[0]: e[1] for e in entries} for a in answers for _, _, _, name, entries in a.resources}
    return {
        t["topic"]: (
            min(len(partition["replicas"]) for partition in t["partitions"]),
            int(settings[t["topic"]]["min.insync.replicas"]),
        )
        for t in described
    }


async def produce(
    cluster: Cluster,
    topic: str,
    partition: int,
    key: bytes,
    value: bytes | None,
    *,
    headers: Sequence[tuple[str, bytes | None]] = (),
) -> int:
    """Put a record straight into a topic, as a stranger might; its offset."""
    producer = AIOKafkaProducer(**cluster.client(), acks="all", enable_idempotence=True)
    try:
        await asyncio.wait_for(producer.start(), patience.CONNECTION)
        sent = await asyncio.wait_for(
            producer.send_and_wait(topic, value, key=key, partition=partition, headers=list(headers)), patience.ANSWER
        )
    finally:
        await ended(producer.stop, seconds=patience.CONNECTION)
    return int(sent.offset)


async def read_all(cluster: Cluster, topics: Sequence[str]) -> tuple[list[Seen], dict[Place, int]]:
    """Every record of the topics from the first, and where each partition ends; nothing is ever deleted from them."""
    consumer = AIOKafkaConsumer(
        **cluster.client(),
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    places = [TopicPartition(topic, partition) for topic in topics for partition in range(PARTITIONS)]
    try:
        await asyncio.wait_for(consumer.start(), patience.CONNECTION)
        ends = await consumer.end_offsets(places)
        consumer.assign(places)
        seen = await asyncio.wait_for(_until(consumer, ends), patience.RETURN)
    finally:
        await end_consumer(consumer)
    if len(seen) < sum(ends.values()):
        raise TimeoutError(f"{len(seen)} of {sum(ends.values())} records were read")
    return seen, {(tp.topic, tp.partition): end for tp, end in ends.items()}


async def ends(cluster: Cluster, topics: Sequence[str]) -> dict[Place, int]:
    consumer = AIOKafkaConsumer(**cluster.client(), enable_auto_commit=False)
    places = [TopicPartition(topic, partition) for topic in topics for partition in range(PARTITIONS)]
    try:
        await asyncio.wait_for(consumer.start(), patience.CONNECTION)
        found = await asyncio.wait_for(consumer.end_offsets(places), patience.ANSWER)
    finally:
        await end_consumer(consumer)
    return {(tp.topic, tp.partition): end for tp, end in found.items()}


async def _until(consumer: Any, ends: Mapping[Any, int]) -> list[Seen]:
    seen: list[Seen] = []
    while any([await consumer.position(tp) < end for tp, end in ends.items()]):
        batches = await consumer.getmany(timeout_ms=200, max_records=5_000)
        seen += [_seen(record) for records in batches.values() for record in records]
    return seen


def _seen(record: Any) -> Seen:
    headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
    return Seen(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=(record.key or b"").decode(errors="replace"),
        event_id=_read(UUID, headers.get("ce_id")),
        version=_read(int, headers.get("ce_sequence")) or 0,
        type=headers.get("ce_type", ""),
        value=record.value or b"",
        origin=headers.get("ce_originid") or headers.get("ce_originplace"),
    )


def _read(kind: Callable[[str], T], text: str | None) -> T | None:
    """None for what is none: a stranger may write anything there."""
    try:
        return kind(text) if text else None
    except ValueError:
        return None
