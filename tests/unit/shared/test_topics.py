"""What the cluster should hold, and where it drifts."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import UnknownTopicOrPartitionError

from shared.contracts.topics import TOPICS, Topic
from shared.messaging import topics
from shared.messaging.cluster import Cluster
from shared.messaging.kafka import TopicState
from shared.messaging.topics import Difference, Wanted

KEPT_A_WEEK = Topic("a.contacts", "restricted", "", timedelta(days=7))
KEPT_FOR_EVER = Topic("an.event", "open", "")


def test_three_brokers_mean_three_replicas_of_which_two_must_be_in_sync() -> None:
    assert [(t.replication, t.in_sync) for t in topics.wanted([KEPT_A_WEEK], prefix="", brokers=3)] == [(3, 2)]
    assert [(t.replication, t.in_sync) for t in topics.wanted([KEPT_A_WEEK], prefix="", brokers=1)] == [(1, 1)]


def test_events_are_kept_for_ever_and_contacts_for_a_week() -> None:
    retention = {t.name: t.retention_ms for t in topics.wanted(TOPICS, prefix="p.", brokers=1)}
    assert retention["p.enrolment.learners"] == -1
    assert {ms for name, ms in retention.items() if name.endswith("contacts")} == {7 * 24 * 3600 * 1000}


def on_three_brokers(topic: Topic = KEPT_A_WEEK) -> Wanted:
    [wanted] = topics.wanted([topic], prefix="", brokers=3)
    return wanted


def held(wanted: Wanted, *, replication: int = 3, **changes: str) -> TopicState:
    """The topic as the cluster has it: as wanted, but for the changes, whose names bear no dots."""
    named = {name.replace("_", "."): value for name, value in changes.items()}
    return TopicState(12, replication, wanted.config() | named)


def test_drift_is_told_in_words() -> None:
    wanted = on_three_brokers()
    assert topics.drift(wanted, held(wanted)) == []
    assert topics.drift(wanted, None) == [Difference("missing")]
    drifted = TopicState(6, 1, wanted.config() | {"min.insync.replicas": "1"})
    assert topics.in_words(topics.drift(wanted, drifted)) == (
        "6 partitions, not 12; 1 replicas, not 3; min.insync.replicas is 1, not 2"
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"min_insync_replicas": "3"}, "min.insync.replicas is 3, not 2"),
        ({"retention_ms": "-1"}, "retention.ms is -1, not 604800000"),
        ({"max_message_bytes": "9000000"}, "max.message.bytes is 9000000, not 1048588"),
        ({"replication": 4}, "4 replicas, not 3"),
    ],
    ids=["in sync", "kept for ever", "larger batches", "replicas"],
)
def test_what_stands_higher_than_declared_is_told_and_left_as_it_is(changes: dict[str, Any], says: str) -> None:
    wanted = on_three_brokers()
    state = held(wanted, **changes)
    assert topics.drift(wanted, state) == [Difference(says, safe=True)]
    assert topics.fixes(wanted, state) == {}


def test_what_stands_lower_is_raised_and_no_safe_difference() -> None:
    wanted = on_three_brokers()
    state = held(wanted, retention_ms="1000", min_insync_replicas="1", max_message_bytes="60000", retention_bytes="9")
    assert topics.fixes(wanted, state) == {name: str(floor) for name, floor in wanted.floors().items()}
    assert [d.safe for d in topics.drift(wanted, state)] == [False] * 4


def test_more_in_sync_than_there_are_replicas_is_no_safety() -> None:
    """Nobody can write to it."""
    wanted = on_three_brokers()
    assert [d.safe for d in topics.drift(wanted, held(wanted, min_insync_replicas="4"))] == [False]


def test_for_ever_is_more_than_any_number_of_milliseconds() -> None:
    wanted = on_three_brokers(KEPT_FOR_EVER)
    assert topics.fixes(wanted, held(wanted, retention_ms=str(2**62))) == {"retention.ms": "-1"}


def test_no_more_must_be_in_sync_than_there_are_replicas() -> None:
    wanted = on_three_brokers()
    state = held(wanted, replication=1, min_insync_replicas="1")
    assert topics.fixes(wanted, state) == {}
    assert [d.safe for d in topics.drift(wanted, state)] == [False, False]


@pytest.mark.parametrize(
    ("topic", "changes", "fixed"),
    [
        (KEPT_A_WEEK, {"cleanup_policy": "compact"}, False),
        (KEPT_A_WEEK, {"cleanup_policy": "compact,delete"}, True),
        (KEPT_FOR_EVER, {"cleanup_policy": "compact"}, True),
    ],
    ids=["a week", "a week already", "for ever"],
)
def test_a_compacted_topic_is_fixed_unless_time_would_take_more_away(
    topic: Topic, changes: dict[str, Any], *, fixed: bool
) -> None:
    wanted = on_three_brokers(topic)
    state = held(wanted, **changes)
    assert ("cleanup.policy" in topics.fixes(wanted, state)) is fixed
    assert [d.safe for d in topics.drift(wanted, state)] == [False]


def test_dead_letter_topics_follow_from_what_a_group_reads() -> None:
    [dead] = topics.dead_letters("talent", ["enrolment.learners"])
    assert dead.name == "enrolment.learners.dlt.talent"
    assert dead.retention == timedelta(days=90)


def test_a_dead_letter_topic_is_kept_no_longer_than_its_topic() -> None:
    [dead] = topics.dead_letters("notifications", ["enrolment.contacts"])
    assert dead.retention == timedelta(days=7)


class TwoBrokers:
    """What aiokafka's admin client is told by two in turn, of which one hears of what is made and one never does."""

    def __init__(self, **_: Any) -> None:
        self._made: dict[str, Any] = {}
        self._hears = cycle((True, False))

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": ["hears", "never hears"]}

    async def create_topics(self, new: Sequence[Any]) -> SimpleNamespace:
        self._made |= {topic.name: topic for topic in new}
        return SimpleNamespace(topic_errors=[(topic.name, 0, None) for topic in new])

    async def list_topics(self) -> list[str]:
        """Each look begins with it."""
        return list(self._made) if next(self._hears) else []

    async def describe_topics(self, names: Sequence[str]) -> list[dict[str, Any]]:
        made = [self._made[name] for name in names]
        return [
            {"topic": t.name, "partitions": [{"replicas": [0] * t.replication_factor}] * t.num_partitions} for t in made
        ]

    async def describe_configs(self, resources: Sequence[Any]) -> list[SimpleNamespace]:
        made = [self._made[resource.name] for resource in resources]
        return [
            SimpleNamespace(resources=[(0, "", 2, t.name, [(*entry, False, 1) for entry in t.topic_configs.items()])])
            for t in made
        ]


class ThirdBroker(TwoBrokers):
    """Settings are asked of a third, which hears of what is made a look later."""

    def __init__(self, **_: Any) -> None:
        super().__init__()
        self._knows = cycle((False, True))

    async def describe_configs(self, resources: Sequence[Any]) -> list[SimpleNamespace]:
        if next(self._knows):
            return await super().describe_configs(resources)
        unknown = UnknownTopicOrPartitionError.errno
        return [SimpleNamespace(resources=[(unknown, "", 2, resource.name, []) for resource in resources])]


@pytest.mark.parametrize("cluster", [TwoBrokers, ThirdBroker])
async def test_a_broker_that_has_not_heard_yet_makes_no_difference_of_what_another_has_told(
    monkeypatch: pytest.MonkeyPatch, cluster: type[TwoBrokers]
) -> None:
    """What is found at the end is told by the look that found nothing left to do."""
    monkeypatch.setattr("shared.messaging.kafka.AIOKafkaAdminClient", cluster)
    assert await topics.apply(Cluster(""), [KEPT_A_WEEK], brokers=1) == {}
