"""Applies the declared topics to the cluster and tells where it drifts from them.

`python -m shared.messaging.topics apply|check`, with `ACADEMY_KAFKA` and `ACADEMY_TOPIC_PREFIX`.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from shared.contracts.topics import PARTITIONS, TOPICS, Topic, copies_kept
from shared.messaging.dead_letters import topic_of
from shared.messaging.kafka import Admin, KafkaAway, NewTopic, TopicRefused, TopicState

_SAFE_BROKERS = 3
_LOOKS, _BETWEEN_LOOKS = 150, 0.2
"""A cold broker on a busy machine takes many seconds to open its first hundred partitions."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic as it should be on a cluster of a given size."""

    name: str
    retention_ms: int
    replication: int
    in_sync: int

    def config(self) -> dict[str, str]:
        """The Kafka configuration; log append time, for a replayed record would be old enough to be deleted."""
        return {
            "retention.ms": str(self.retention_ms),
            "min.insync.replicas": str(self.in_sync),
            "message.timestamp.type": "LogAppendTime",
            "cleanup.policy": "delete",
        }


def dead_letters(group: str, topics: Iterable[str]) -> tuple[Topic, ...]:
    """The dead-letter topics of a consumer group, derived from the declared topics it handles."""
    return tuple(
        Topic(topic_of(name, group), "restricted", f"what {group} could not handle of {name}", copies_kept(name))
        for name in sorted(set(topics))
    )


def wanted(topics: Iterable[Topic], *, prefix: str, brokers: int) -> list[Wanted]:
    """The topics as they should be on a cluster of `brokers`: three replicas, two in sync, where there are three."""
    replication, in_sync = (3, 2) if brokers >= _SAFE_BROKERS else (1, 1)
    return [Wanted(prefix + t.name, _milliseconds(t.retention), replication, in_sync) for t in topics]


def _milliseconds(retention: timedelta | None) -> int:
    return -1 if retention is None else int(retention.total_seconds() * 1000)


def drift(topic: Wanted, state: TopicState | None) -> list[str]:
    """What of the topic is not as wanted, in words; partitions and replicas cannot be mended in place."""
    if state is None:
        return ["missing"]
    found = [f"{state.partitions} partitions, not {PARTITIONS}"] if state.partitions != PARTITIONS else []
    if state.replication != topic.replication:
        found.append(f"{state.replication} replicas, not {topic.replication}")
    return found + [
        f"{name} is {state.config.get(name)}, not {value}"
        for name, value in topic.config().items()
        if state.config.get(name) != value
    ]


async def check(bootstrap: str, topics: Iterable[Topic], *, prefix: str = "") -> dict[str, list[str]]:
    """Topics that differ from what is declared, with the differences; KafkaAway when no broker answers."""
    async with Admin(bootstrap) as admin:
        return await _differences(admin, wanted(topics, prefix=prefix, brokers=await admin.brokers()))


async def apply(bootstrap: str, topics: Iterable[Topic], *, prefix: str = "") -> dict[str, list[str]]:
    """Create what is missing, set configuration back, and return what is left to mend by hand."""
    async with Admin(bootstrap) as admin:
        all_wanted = wanted(topics, prefix=prefix, brokers=await admin.brokers())
        states = await admin.topics([t.name for t in all_wanted])
        await admin.create([_new(t) for t in all_wanted if t.name not in states])
        for topic in all_wanted:
            if topic.name in states and drift(topic, states[topic.name]):
                await admin.alter(topic.name, topic.config())
        return await _settled(admin, all_wanted)


def _new(topic: Wanted) -> NewTopic:
    return NewTopic(topic.name, PARTITIONS, topic.replication, topic_configs=topic.config())


async def _settled(admin: Admin, topics: Iterable[Wanted]) -> dict[str, list[str]]:
    """What still differs once the cluster has had a moment to spread the news."""
    all_wanted = list(topics)
    for _ in range(_LOOKS):
        if not await _differences(admin, all_wanted):
            return {}
        await asyncio.sleep(_BETWEEN_LOOKS)
    return await _differences(admin, all_wanted)


async def _differences(admin: Admin, topics: Iterable[Wanted]) -> dict[str, list[str]]:
    all_wanted = list(topics)
    states = await admin.topics([t.name for t in all_wanted])
    return {t.name: found for t in all_wanted if (found := drift(t, states.get(t.name)))}


def main() -> int:
    """`python -m shared.messaging.topics apply|check`: 0 as declared, 1 drift or no Kafka, 2 usage."""
    parser = argparse.ArgumentParser(prog="topics", description=__doc__)
    parser.add_argument("verb", choices=("apply", "check"))
    verb = apply if parser.parse_args().verb == "apply" else check
    prefix = os.environ.get("ACADEMY_TOPIC_PREFIX", "")
    try:
        found = asyncio.run(verb(os.environ.get("ACADEMY_KAFKA", "127.0.0.1:9092"), TOPICS, prefix=prefix))
    except (KafkaAway, TopicRefused) as error:
        sys.stderr.write(f"Kafka would not: {error}. Start it, or mend ACADEMY_KAFKA.\n")
        return 1
    for name, differences in found.items():
        sys.stderr.write(f"{name}: {'; '.join(differences)}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
