# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Topics read as a log: without a consumer group, so nobody's offsets move; and a group's offsets moved back."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import UnknownMemberIdError

from shared.messaging import wire
from shared.messaging.cluster import Cluster
from shared.messaging.endings import end_admin, end_consumer
from shared.messaging.kafka import UNAVAILABLE, Admin, KafkaUnavailable, end_offsets

Place: TypeAlias = tuple[str, int]
"""A logical topic and one of its partitions."""

Spans: TypeAlias = Mapping[Place, range]
"""Offsets to be read of each place."""

_START_SECONDS = 20
_SILENCE_SECONDS = 30.0
_POLL_MS = 300
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One record where it stands; `content` tells whether its envelope can be read."""

    topic: str
    partition: int
    offset: int
    appended_at: datetime
    key: bytes | None
    content: wire.Event | wire.Undecodable


class GroupBusy(Exception):
    """The group has members: its offsets are theirs."""

    def __init__(self, group: str, members: Sequence[str]) -> None:
        super().__init__(f"{group} has {len(members)} members")
        self.members = members


class Log:
    """Reads topics by their logical names; an async context manager. KafkaUnavailable when no broker answers."""

    def __init__(self, cluster: Cluster, *, prefix: str = "") -> None:
        """`prefix` stands before the logical topics on the cluster."""
        self._cluster = cluster
        self._prefix = prefix
        self._consumer: Any = AIOKafkaConsumer(
            **cluster.client(), enable_auto_commit=False, isolation_level="read_committed"
        )

    async def __aenter__(self) -> Self:
        try:
            await asyncio.wait_for(self._consumer.start(), _START_SECONDS)
        except BaseException as error:
            await end_consumer(self._consumer)
            if isinstance(error, UNAVAILABLE):
                raise KafkaUnavailable(type(error).__name__) from error
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await end_consumer(self._consumer)

    async def spans(self, topics: Sequence[str]) -> dict[Place, range]:
        """What of those topics that exist can be read now: from the first record kept to the last."""
        async with Admin(self._cluster) as admin:
            states = await admin.topics([self._prefix + topic for topic in topics])
        places = [TopicPartition(name, n) for name, state in sorted(states.items()) for n in range(state.partitions)]
        begins, ends = await self._consumer.beginning_offsets(places), await self._consumer.end_offsets(places)
        return {self._place(tp): range(begins[tp], ends[tp]) for tp in places}

    async def read(self, spans: Spans) -> AsyncGenerator[list[LogRecord]]:
        """The records of the spans, batch by batch, each place in the order of the log."""
        left = {self._tp(place): span.stop for place, span in spans.items() if span}
        self._begin_at({place: span.start for place, span in spans.items() if span})
        heard = time.monotonic()
        while left:
            found = await self._poll()
            heard = time.monotonic() if found else heard
            if time.monotonic() - heard > _SILENCE_SECONDS:
                raise KafkaUnavailable("NoRecords")
            yield [record for record in found if record.offset < left.get(self._tp_of(record), 0)]
            for tp in [tp for tp, end in left.items() if await self._consumer.position(tp) >= end]:
                del left[tp]
                self._consumer.pause(tp)

    async def follow(self, starts: Mapping[Place, int]) -> AsyncGenerator[list[LogRecord]]:
        """Everything from those offsets on, for as long as it is iterated."""
        self._begin_at(starts)
        while True:
            yield await self._poll()

    def _begin_at(self, starts: Mapping[Place, int]) -> None:
        self._consumer.assign([self._tp(place) for place in starts])
        for place, offset in starts.items():
            self._consumer.seek(self._tp(place), offset)

    async def _poll(self) -> list[LogRecord]:
        """What arrived, in the order in which the brokers appended it."""
        batches = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=_AT_ONCE)
        records = [self._record(raw) for batch in batches.values() for raw in batch]
        return sorted(records, key=lambda r: (r.appended_at, r.topic, r.partition, r.offset))

    def _record(self, raw: Any) -> LogRecord:
        topic = raw.topic.removeprefix(self._prefix)
        appended_at = datetime.fromtimestamp(raw.timestamp / 1000, UTC)
        return LogRecord(topic, raw.partition, raw.offset, appended_at, raw.key, wire.decode(raw, topic))

    def _tp(self, place: Place) -> TopicPartition:
        return TopicPartition(self._prefix + place[0], place[1])

    def _tp_of(self, record: LogRecord) -> TopicPartition:
        return self._tp((record.topic, record.partition))

    def _place(self, tp: TopicPartition) -> Place:
        return tp.topic.removeprefix(self._prefix), tp.partition


class Group:
    """The committed offsets of one consumer group; names are those on the cluster."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster = cluster
        self._name = name

    async def members(self) -> list[str]:
        """Who belongs to the group now, by client id and host."""
        admin: Any = AIOKafkaAdminClient(**self._cluster.client(), request_timeout_ms=10_000)
        try:
            await asyncio.wait_for(admin.start(), _START_SECONDS)
            [answer] = await admin.describe_consumer_groups([self._name])
            [(_, _, _, _, _, members, *_)] = answer.groups
            return sorted(f"{member[1]}{member[2]}" for member in members)
        except UNAVAILABLE as error:
            raise KafkaUnavailable(type(error).__name__) from error
        finally:
            await end_admin(admin)

    async def behind(self, topics: Iterable[str]) -> dict[str, int]:
        """Records of each topic that the group has not committed yet; counted from the end, so never too few."""
        async with Admin(self._cluster) as admin:
            return {topic: await admin.lag(self._name, [topic]) for topic in topics}

    async def rewind(self, topics: Sequence[str]) -> None:
        """Commit the topics' beginnings, all at once; GroupBusy, and nothing changed, while the group has members."""
        if members := await self.members():
            raise GroupBusy(self._name, members)
        places = list(await end_offsets(self._cluster, topics))
        consumer: Any = AIOKafkaConsumer(**self._cluster.client(), group_id=self._name, enable_auto_commit=False)
        try:
            await asyncio.wait_for(consumer.start(), _START_SECONDS)
            consumer.assign(places)
            await consumer.commit(await consumer.beginning_offsets(places))
        except UnknownMemberIdError as error:
            raise GroupBusy(self._name, ["a member that joined just now"]) from error
        except UNAVAILABLE as error:
            raise KafkaUnavailable(type(error).__name__) from error
        finally:
            await end_consumer(consumer)
