"""Applies the declared topics to the cluster and tells where it drifts from them.

Nothing that keeps records is ever lowered, whoever set it, and how many brokers there are is declared, not counted: a
cluster with a broker down would be taken for a small one.
"""

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from shared.contracts.topics import PARTITIONS, Topic, copies_kept
from shared.messaging.cluster import Cluster
from shared.messaging.dead_letters import topic_of
from shared.messaging.kafka import Admin, NewTopic, TopicState

BROKERS = "ACADEMY_KAFKA_BROKERS"
BROKERS_SECONDS = 90.0
"""How long brokers that are declared and do not answer are waited for: a restart of one takes less."""

_SAFE_BROKERS = 3
_LARGEST_BATCH = 1_048_588
"""Kafka's own limit: what is declared says it, so that a topic with less is seen."""

_UNBOUNDED = -1

_LOOKS, _BETWEEN_LOOKS = 150, 0.2
"""A cold broker on a busy machine takes many seconds to open its first hundred partitions."""


class BrokersAmiss(Exception):
    """The cluster is not of the declared size, so that nothing was made or altered; the message names the setting."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as declared, in words; `safe` where more is kept than declared, which nothing has to stop for."""

    says: str
    safe: bool = False

    def __str__(self) -> str:
        return self.says


def in_words(differences: Iterable[Difference]) -> str:
    """All of them in a line."""
    return "; ".join(map(str, differences))


Differences: TypeAlias = Mapping[str, list[Difference]]
"""By topic; a topic that is as declared is not among them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic as it should be on a cluster of a given size."""

    name: str
    retention_ms: int
    replication: int
    in_sync: int

    def floors(self) -> dict[str, int]:
        """The settings that are raised and never lowered, for by less of them records are lost or refused."""
        return {
            "retention.ms": self.retention_ms,
            "min.insync.replicas": self.in_sync,
            "max.message.bytes": _LARGEST_BATCH,
            "retention.bytes": _UNBOUNDED,
        }

    def config(self) -> dict[str, str]:
        """The Kafka configuration; log append time, for a replayed record would be old enough to be deleted."""
        floors = {name: str(floor) for name, floor in self.floors().items()}
        return floors | {"message.timestamp.type": "LogAppendTime", "cleanup.policy": "delete"}


def dead_letters(group: str, topics: Iterable[str]) -> tuple[Topic, ...]:
    """The dead-letter topics of a consumer group, derived from the declared topics it handles."""
    return tuple(
        Topic(topic_of(name, group), "restricted", f"what {group} could not handle of {name}", copies_kept(name))
        for name in sorted(set(topics))
    )


def wanted(topics: Iterable[Topic], *, prefix: str, brokers: int) -> list[Wanted]:
    """The topics as they should be on a cluster of `brokers`: three replicas, two in sync, where there are three."""
    replication, in_sync = _copies(brokers)
    return [Wanted(prefix + t.name, _milliseconds(t.retention), replication, in_sync) for t in topics]


def _copies(brokers: int) -> tuple[int, int]:
    """How many replicas a record has on a cluster of that size, and how many of them must be in sync."""
    return (3, 2) if brokers >= _SAFE_BROKERS else (1, 1)


def _milliseconds(retention: timedelta | None) -> int:
    return -1 if retention is None else int(retention.total_seconds() * 1000)


def _height(setting: str | int | None) -> float:
    """A setting to compare by: -1 is for ever, one that is not told the least of all."""
    if setting is None:
        return -math.inf
    return math.inf if int(setting) == -1 else int(setting)


def drift(topic: Wanted, state: TopicState | None) -> list[Difference]:
    """What of the topic is not as wanted; partitions and replicas cannot be fixed in place."""
    if state is None:
        return [Difference("missing")]
    floors = topic.floors()
    return _shape(topic, state) + [
        Difference(
            f"{name} is {found}, not {value}",
            safe=name in floors and _height(found) > _height(value) and _can_be_written(name, found, state),
        )
        for name, value in topic.config().items()
        if (found := state.config.get(name)) != value
    ]


def _can_be_written(name: str, found: str | None, state: TopicState) -> bool:
    """More in sync than there are replicas is no safety: nobody can write to it."""
    return name != "min.insync.replicas" or int(found or 0) <= state.replication


def _shape(topic: Wanted, state: TopicState) -> list[Difference]:
    found = [Difference(f"{state.partitions} partitions, not {PARTITIONS}")] if state.partitions != PARTITIONS else []
    if state.replication != topic.replication:
        says = f"{state.replication} replicas, not {topic.replication}"
        found.append(Difference(says, safe=state.replication > topic.replication))
    return found


def fixes(topic: Wanted, state: TopicState) -> dict[str, str]:
    """The settings of the topic that can be set as declared without a record being lost or refused by it.

    Floors are raised only, and as many in sync as there are replicas at most: nobody could write to a topic with more.
    """
    return {
        name: value
        for name, value in topic.config().items()
        if state.config.get(name) != value and _loses_nothing(topic, state, name)
    }


def _loses_nothing(topic: Wanted, state: TopicState, name: str) -> bool:
    if name == "min.insync.replicas" and topic.in_sync > state.replication:
        return False
    if name == "cleanup.policy":
        return _deletes_no_more(topic, state)
    floor = topic.floors().get(name)
    return floor is None or _height(state.config.get(name)) < _height(floor)


def _deletes_no_more(topic: Wanted, state: TopicState) -> bool:
    """Whether the policy `delete` takes nothing away that the present one keeps.

    A topic that is only compacted keeps the last record of every key whatever its age. Time would take that away,
    unless it does so already or the topic is kept for ever; so that is told, and somebody decides.
    """
    return topic.retention_ms == -1 or "delete" in state.config.get("cleanup.policy", "").split(",")


async def check(cluster: Cluster, topics: Iterable[Topic], *, brokers: int, prefix: str = "") -> Differences:
    """Topics that differ from what is declared for a cluster of so many brokers; KafkaUnavailable when none answers."""
    async with Admin(cluster) as admin:
        all_wanted = wanted(topics, prefix=prefix, brokers=brokers)
        return _differences(all_wanted, await _states(admin, all_wanted))


async def apply(
    cluster: Cluster, topics: Iterable[Topic], *, brokers: int, prefix: str = "", seconds: float = BROKERS_SECONDS
) -> Differences:
    """Create what is missing, raise what is too low, and return what is left to fix by hand.

    Where there is anything to do, the brokers it takes are waited for; BrokersAmiss when they do not come.
    """
    async with Admin(cluster) as admin:
        all_wanted = wanted(topics, prefix=prefix, brokers=brokers)
        states = await _states(admin, all_wanted)
        if not _to_do(all_wanted, states):
            return _differences(all_wanted, states)
        await _as_declared(admin, brokers, seconds)
        states = await _states(admin, all_wanted)
        await admin.create([_new(t) for t in all_wanted if t.name not in states])
        for topic in all_wanted:
            if (state := states.get(topic.name)) and (changed := fixes(topic, state)):
                await admin.alter(topic.name, {**state.own, **changed})
        return await _settled(admin, all_wanted)


async def _as_declared(admin: Admin, brokers: int, seconds: float) -> None:
    """Wait until enough brokers answer for the declared replicas; BrokersAmiss when fewer do, or a larger cluster."""
    needed, deadline = _copies(brokers)[0], asyncio.get_running_loop().time() + seconds
    while (live := await admin.brokers()) < needed:
        if asyncio.get_running_loop().time() > deadline:
            raise BrokersAmiss(
                f"{live} of Kafka's brokers answer where {needed} are needed, for {BROKERS} says {brokers}; "
                f"nothing was made or altered. Start them, or fix {BROKERS}."
            )
        await asyncio.sleep(_BETWEEN_LOOKS)
    if _copies(live)[0] > needed:
        raise BrokersAmiss(
            f"{live} of Kafka's brokers answer where {BROKERS} says {brokers}, which would keep fewer copies of a "
            f"record than they can; nothing was made or altered. Fix {BROKERS}."
        )


def _new(topic: Wanted) -> NewTopic:
    return NewTopic(topic.name, PARTITIONS, topic.replication, topic_configs=topic.config())


async def _settled(admin: Admin, topics: Sequence[Wanted]) -> Differences:
    """What still differs once the cluster has had a moment to spread the news.

    Each look may be answered by another broker, one that has not heard yet: what a look finds is told by that look.
    """
    states = await _states(admin, topics)
    for _ in range(_LOOKS):
        if not _to_do(topics, states):
            break
        await asyncio.sleep(_BETWEEN_LOOKS)
        states = await _states(admin, topics)
    return _differences(topics, states)


async def _states(admin: Admin, topics: Iterable[Wanted]) -> Mapping[str, TopicState]:
    return await admin.topics([t.name for t in topics])


def _to_do(topics: Iterable[Wanted], states: Mapping[str, TopicState]) -> bool:
    """Whether a topic is missing, or has settings to fix."""
    return any(t.name not in states or fixes(t, states[t.name]) for t in topics)


def _differences(topics: Iterable[Wanted], states: Mapping[str, TopicState]) -> Differences:
    return {t.name: found for t in topics if (found := drift(t, states.get(t.name)))}
