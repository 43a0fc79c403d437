# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportPrivateUsage=false
"""The typed door to aiokafka, which carries no types: only here and in two modules beside it is typing not strict."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    KafkaError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.partitioner import murmur2 as _murmur2

from shared.messaging import record_batches
from shared.messaging.cluster import Cluster
from shared.messaging.endings import end_admin, end_consumer

Offsets = Mapping[TopicPartition, int]

UNAVAILABLE = (KafkaError, OSError, TimeoutError)
"""What aiokafka raises when no broker answers."""

_SILENCE_SECONDS = 10.0
_LAG_SECONDS = 4.0
_AT_ONCE = 2_000
_OF_THE_TOPIC = 1
"""How Kafka marks a setting that was made for one topic."""

record_batches.read_any()


class KafkaUnavailable(Exception):
    """No broker answers at the configured address."""


class TopicRefused(Exception):
    """The broker will not make, alter or describe such a topic for this user."""


def murmur2(data: bytes) -> int:
    """The hash of Kafka's Java clients."""
    return _murmur2(data)


@dataclass(frozen=True, slots=True)
class TopicState:
    """What the cluster says of a topic; `own` is what of its configuration was set for it and not for all topics."""

    partitions: int
    replication: int
    config: Mapping[str, str]
    own: Mapping[str, str] = field(default_factory=dict[str, str])


class Admin:
    """Topics and offsets of the cluster; use as an async context manager."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._admin = AIOKafkaAdminClient(**cluster.client(), request_timeout_ms=10_000)

    async def __aenter__(self) -> Self:
        try:
            await asyncio.wait_for(self._admin.start(), 20)
        except BaseException as error:
            await end_admin(self._admin)
            if isinstance(error, UNAVAILABLE):
                raise KafkaUnavailable(type(error).__name__) from error
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await end_admin(self._admin)

    async def topics(self, names: Sequence[str]) -> dict[str, TopicState]:
        """The state of those of the named topics that exist and have been given their partitions.

        Each request may be answered by another broker; a topic that one of them has not heard of is not there yet.
        """
        existing = sorted(set(names) & set(await self._admin.list_topics()))
        if not existing:
            return {}
        described = await self._admin.describe_topics(existing)
        config = await self._configs(existing)
        return {
            t["topic"]: TopicState(len(t["partitions"]), len(t["partitions"][0]["replicas"]), *config[t["topic"]])
            for t in described
            if t["partitions"] and t["topic"] in config
        }

    async def _configs(self, names: Sequence[str]) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
        """Of each topic that is known what holds for it, and what of that was set for it alone."""
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        found: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        answers: Any = await self._admin.describe_configs(resources)
        for answer in answers:
            for code, _message, _type, name, entries in answer.resources:
                if code == UnknownTopicOrPartitionError.errno:
                    continue
                _demand(name, [code])
                own = {key: value for key, value, _read_only, source, *_ in entries if source == _OF_THE_TOPIC}
                found[name] = ({entry[0]: entry[1] for entry in entries}, own)
        return found

    async def create(self, topics: Sequence[NewTopic]) -> None:
        """Create topics in one request, except those somebody just did; TopicRefused when the broker will not."""
        answer: Any = await self._admin.create_topics(list(topics)) if topics else None
        for name, code, *_ in answer.topic_errors if answer else ():
            if code != TopicAlreadyExistsError.errno:
                _demand(name, [code])

    async def alter(self, name: str, config: Mapping[str, str]) -> None:
        """Set the topic's configuration; the rest falls back to the cluster's. TopicRefused where it will not."""
        answers: Any = await self._admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name, configs=dict(config))]
        )
        _demand(name, [code for answer in answers for code, *_ in answer.resources])

    async def brokers(self) -> int:
        """How many brokers of the cluster answer; KafkaUnavailable when none does."""
        try:
            return len((await self._admin.describe_cluster())["brokers"])
        except (KafkaError, OSError, TimeoutError) as error:
            raise KafkaUnavailable(type(error).__name__) from error

    async def lag(self, group: str, topics: Sequence[str]) -> int:
        """Records of the topics that the group has not committed yet, over all partitions."""
        return behind(await self.committed(group), await end_offsets(self._cluster, topics))

    async def committed(self, group: str) -> Offsets:
        """Where the group goes on reading; no partition of which it committed nothing."""
        return {tp: meta.offset for tp, meta in (await self._admin.list_consumer_group_offsets(group)).items()}


def _demand(name: str, codes: Sequence[int]) -> None:
    for code in codes:
        if code:
            raise TopicRefused(f"{name}: {for_code(code).__name__}")


async def end_offsets(cluster: Cluster, topics: Sequence[str]) -> dict[TopicPartition, int]:
    """The offset after the last record of every partition of the topics."""
    consumer = AIOKafkaConsumer(**cluster.client())
    try:
        await asyncio.wait_for(consumer.start(), 20)
        return await _ends(consumer, topics)
    except UNAVAILABLE as error:
        raise KafkaUnavailable(type(error).__name__) from error
    finally:
        await end_consumer(consumer)


async def _ends(consumer: Any, topics: Sequence[str]) -> dict[TopicPartition, int]:
    partitions: list[TopicPartition] = []
    for name in topics:
        await consumer._client._wait_on_metadata(name)  # noqa: SLF001 no public way to ask for one topic
        partitions += [TopicPartition(name, p) for p in consumer.partitions_for_topic(name) or ()]
    return await consumer.end_offsets(partitions)


def behind(committed: Offsets, ends: Offsets) -> int:
    """Records between them; where nothing is committed, all."""
    return sum(max(0, end - max(0, committed.get(tp, 0))) for tp, end in ends.items())


class GroupLag:
    """How far a group is behind, for whoever asks again and again: the connections stay open in between."""

    def __init__(self, cluster: Cluster, group: str, topics: Sequence[str]) -> None:
        self._cluster, self._group, self._topics = cluster, group, topics
        self._turn = asyncio.Lock()
        self._open: tuple[Admin, Any, AsyncExitStack] | None = None

    async def records(self) -> int | None:
        """Records of the topics that it has not committed yet; None when Kafka cannot be asked.

        What was open may have been closed by the broker in the meantime, so it is asked twice.
        """
        if not self._topics:
            return 0
        async with self._turn:
            known = await self._ask() if self._open else None
            return await self._ask() if known is None else known

    async def close(self) -> None:
        """End the connections; it may be asked again."""
        was, self._open = self._open, None
        if was:
            await was[2].aclose()

    async def _ask(self) -> int | None:
        try:
            async with asyncio.timeout(_LAG_SECONDS):
                self._open = admin, consumer, _ = self._open or await self._connect()
                return behind(await admin.committed(self._group), await _ends(consumer, self._topics))
        except (KafkaUnavailable, *UNAVAILABLE):
            await self.close()
            return None

    async def _connect(self) -> tuple[Admin, Any, AsyncExitStack]:
        async with AsyncExitStack() as stack:
            admin = await stack.enter_async_context(Admin(self._cluster))
            consumer: Any = AIOKafkaConsumer(**self._cluster.client())
            stack.push_async_callback(end_consumer, consumer)
            await consumer.start()
            return admin, consumer, stack.pop_all()


class Tape:
    """One partition of a topic, from its first record to the last there was when it was opened; in no group.

    Use as an async context manager; KafkaUnavailable when no broker answers, or there is no such partition.
    """

    def __init__(self, cluster: Cluster, topic: str, partition: int) -> None:
        self._place = TopicPartition(topic, partition)
        self._consumer = AIOKafkaConsumer(
            **cluster.client(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        self._end = 0

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(20):
                await self._consumer.start()
                self._consumer.assign([self._place])
                self._end = (await self._consumer.end_offsets([self._place]))[self._place]
        except BaseException as error:
            await end_consumer(self._consumer)
            if isinstance(error, UNAVAILABLE):
                raise KafkaUnavailable(type(error).__name__) from error
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await end_consumer(self._consumer)

    async def records(self) -> AsyncGenerator[Sequence[Any]]:
        """The raw records, batch by batch; KafkaUnavailable when none come for long."""
        try:
            while await asyncio.wait_for(self._consumer.position(self._place), _SILENCE_SECONDS) < self._end:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    found = await self._consumer.getmany(timeout_ms=int(_SILENCE_SECONDS * 1000), max_records=_AT_ONCE)
                yield [record for record in found.get(self._place, ()) if record.offset < self._end]
        except UNAVAILABLE as error:
            raise KafkaUnavailable(type(error).__name__) from error


async def reachable(cluster: Cluster) -> bool:
    """Whether any of the brokers answers; used by the readiness probe and at start."""
    return any(await asyncio.gather(*(_accepts(address) for address in cluster.bootstrap.split(","))))


async def _accepts(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), 2)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def offsets_after(records: Sequence[Any]) -> dict[TopicPartition, int]:
    """The offset to commit for each partition of a polled batch."""
    return {TopicPartition(r.topic, r.partition): r.offset + 1 for r in records}


async def commit(consumer: Any, offsets: Offsets) -> bool:
    """Commit for the partitions still assigned to us; False when the group would not have it."""
    assigned = consumer.assignment()
    ours = {tp: offset for tp, offset in offsets.items() if tp in assigned}
    try:
        if ours:
            await consumer.commit(ours)
    except KafkaError:
        return False
    return len(ours) == len(offsets)


async def lag(consumer: Any) -> int | None:
    """Records of its partitions that this member has not read yet; None when Kafka cannot be asked."""
    assigned = list(consumer.assignment())
    try:
        async with asyncio.timeout(5):
            ends = await consumer.end_offsets(assigned) if assigned else {}
            return sum([max(0, end - await consumer.position(tp)) for tp, end in ends.items()])
    except (KafkaError, TimeoutError):
        return None
