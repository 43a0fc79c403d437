"""The declared topics on a real cluster: made as declared or not at all, and never lowered."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from shared.contracts.topics import PARTITIONS, Topic
from shared.messaging import topics
from shared.messaging.cluster import Cluster
from shared.messaging.kafka import Admin, NewTopic, TopicState
from shared.messaging.topics import BrokersAmiss, Difference
from shared.preflight import prepare
from shared.settings import load
from tests.support.delivery import Bus, configure, password_of

EVENTS = Topic("an.event", "open", "")


async def state_of(kafka: Cluster, name: str) -> TopicState | None:
    async with Admin(kafka) as admin:
        return (await admin.topics([name])).get(name)


async def test_a_cluster_that_is_not_whole_gets_no_topic_and_says_which_setting_wants_more(kafka: Cluster) -> None:
    prefix = f"t{uuid4().hex[:8]}."
    with pytest.raises(BrokersAmiss) as amiss:
        await topics.apply(kafka, [EVENTS], brokers=3, prefix=prefix, seconds=0.5)
    assert str(amiss.value).startswith(
        "1 of Kafka's brokers answer where 3 are needed, for ACADEMY_KAFKA_BROKERS says 3"
    )
    assert "\n" not in str(amiss.value)
    assert await state_of(kafka, prefix + EVENTS.name) is None


async def test_a_cluster_that_is_not_whole_has_no_topic_altered(bus: Bus) -> None:
    await configure(bus.kafka, bus.topic, {"retention.ms": "1000"})
    before = await state_of(bus.kafka, bus.topic)
    with pytest.raises(BrokersAmiss):
        await topics.apply(bus.kafka, [a_topic(bus)], brokers=3, prefix=bus.prefix, seconds=0.5)
    assert await state_of(bus.kafka, bus.topic) == before


async def test_more_in_sync_than_declared_stays_and_is_told(kafka: Cluster) -> None:
    name = f"t{uuid4().hex[:8]}.an.event"
    [wanted] = topics.wanted([replace(EVENTS, name=name)], prefix="", brokers=1)
    async with Admin(kafka) as admin:
        await admin.create(
            [NewTopic(name, PARTITIONS, 1, topic_configs=wanted.config() | {"min.insync.replicas": "2"})]
        )
    found = await topics.apply(kafka, [replace(EVENTS, name=name)], brokers=1)
    assert found == {name: [Difference("min.insync.replicas is 2, not 1")]}
    state = await state_of(kafka, name)
    assert state is not None
    assert state.config["min.insync.replicas"] == "2"


async def test_what_is_too_low_is_raised_and_what_others_set_beside_it_stays(bus: Bus) -> None:
    theirs = {"retention.ms": "1000", "min.insync.replicas": "2", "segment.ms": "86400000"}
    await configure(bus.kafka, bus.topic, theirs)
    found = await topics.apply(bus.kafka, [a_topic(bus)], brokers=1, prefix=bus.prefix)
    assert topics.in_words(found[bus.topic]) == "min.insync.replicas is 2, not 1"
    state = await state_of(bus.kafka, bus.topic)
    assert state is not None
    assert theirs | {"retention.ms": "-1"} == {name: state.config[name] for name in theirs}


async def test_the_job_before_a_service_ends_on_what_is_lacking_and_goes_on_with_what_is_more(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {
        "ACADEMY_ENV": "development",
        "ACADEMY_KAFKA": bus.kafka.bootstrap,
        "ACADEMY_KAFKA_ADMIN_PASSWORD": password_of(bus.kafka),
        "ACADEMY_SHARED_KAFKA_PASSWORD": "theirs",
        "ACADEMY_KAFKA_BROKERS": "1",
        "ACADEMY_TOPIC_PREFIX": bus.prefix,
        "ACADEMY_OIDC_ISSUER": "http://127.0.0.1:1",
        "ACADEMY_SHARED_DATABASE": bus.reader_address,
        "ACADEMY_SHARED_HTTP_PORT": "0",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings = load("shared")
    await configure(bus.kafka, bus.topic, {"max.message.bytes": "9000000"})
    assert await asyncio.to_thread(prepare, settings, [a_topic(bus)], []) is None
    await configure(bus.kafka, bus.topic, {"min.insync.replicas": "2"})
    lacking = await asyncio.to_thread(prepare, settings, [a_topic(bus)], [])
    assert lacking == f"{bus.topic}: min.insync.replicas is 2, not 1"


def a_topic(bus: Bus) -> Topic:
    return replace(EVENTS, name=bus.topic.removeprefix(bus.prefix))
