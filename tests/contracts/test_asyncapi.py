"""The AsyncAPI document says what Kafka holds; that it is one at all, `make lint-api` asks the official parser."""

import json
import re
from typing import Any

import pytest

from shared.contracts.catalogue import DESCRIBED, PUBLISHED
from shared.contracts.envelope import Contract, EventSkipped
from shared.contracts.topics import TOPICS, Topic
from shared.messaging import asyncapi

DOCUMENT = asyncapi.document()

every_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.name)


def resolved(reference: dict[str, str]) -> Any:
    node: Any = DOCUMENT
    for name in reference["$ref"].removeprefix("#/").split("/"):
        node = node[name]
    return node


def test_it_is_whole_in_itself() -> None:
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(DOCUMENT)))
    assert len(references) > len(TOPICS)
    assert all(resolved({"$ref": found}) for found in references)


@every_topic
def test_a_topic_is_a_channel_with_all_that_may_stand_on_it(topic: Topic) -> None:
    channel = DOCUMENT["channels"][topic.name]
    assert channel["address"] == topic.name
    assert set(channel["messages"]) == {e.event_type() for e in PUBLISHED if e.topic == topic.name} | {
        EventSkipped.TYPE
    }
    assert channel["tags"] == [{"name": topic.access}]


@every_topic
def test_a_channel_tells_how_long_its_records_are_kept(topic: Topic) -> None:
    binding = DOCUMENT["channels"][topic.name]["bindings"]["kafka"]
    week = 7 * 24 * 60 * 60 * 1000
    assert binding["topicConfiguration"]["retention.ms"] == (week if topic.name.endswith(".contacts") else -1)
    assert binding["topicConfiguration"]["cleanup.policy"] == ["delete"]
    assert binding["partitions"] == 12


def test_every_type_is_a_message_with_its_own_payload_and_correlation() -> None:
    messages = DOCUMENT["components"]["messages"]
    assert set(messages) == DESCRIBED
    for kind, message in messages.items():
        assert "effective_at" in resolved(message["payload"])["required"], kind
        assert message["correlationId"]["location"] == "$message.header#/ce_correlationid"
        assert message["headers"]["allOf"][1]["properties"]["ce_type"] == {"const": kind}


@pytest.mark.parametrize("event", PUBLISHED, ids=lambda e: f"{e.topic}.{e.__name__}")
def test_a_message_names_the_key_it_has_in_kafka(event: type[Contract]) -> None:
    key = DOCUMENT["components"]["messages"][event.event_type()]["bindings"]["kafka"]["key"]
    payload = DOCUMENT["components"]["schemas"][event.event_type()]["properties"][event.key_field]
    assert key.get("format") == payload.get("format")
    assert event.key_field in key["description"]
