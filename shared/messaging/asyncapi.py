"""The AsyncAPI 3 document of all events, made from the contracts: a channel a topic, a message an event type.

It is whole in itself: nothing in it refers to another file, so that it can be pasted into any tool.
"""

from collections.abc import Iterable, Mapping
from inspect import getdoc
from typing import Any, TypeAlias

import yaml

from shared.contracts.catalogue import PUBLISHED
from shared.contracts.envelope import SOURCE_PREFIX, Contract, EventSkipped, Payload, schema_uri
from shared.contracts.topics import PARTITIONS, TOPICS, Topic
from shared.messaging.records import PUBLIC_URL, record_of
from shared.messaging.topics import wanted

Node: TypeAlias = dict[str, Any]

_KAFKA_BINDING = "0.5.0"
_BROKERS = 3
_MOMENT = {"type": "string", "format": "date-time"}

HEADERS: Mapping[str, Node] = {
    "content-type": {"type": "string", "const": "application/json"},
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {"type": "string", "format": "uuid", "description": "The event's own; a repeat has the same."},
    "ce_source": {
        "type": "string",
        "format": "uri-reference",
        "description": f"`{SOURCE_PREFIX}/<environment>/<service>`: the service that owns the topic.",
    },
    "ce_type": {"type": "string", "description": "Event and version of its contract."},
    "ce_time": _MOMENT | {"description": "When the academy wrote it down; `effective_at` is when it holds from."},
    "ce_subject": {"type": "string", "description": "The key of the record."},
    "ce_sequence": {
        "type": "string",
        "pattern": "^[0-9]{1,16}$",
        "description": "Version of the key: 1, 2, 3 … without a gap, as sixteen digits; older records lack the zeros.",
    },
    "ce_dataschema": {"type": "string", "description": "Where the JSON Schema is; older records have its name only."},
    "ce_correlationid": {"type": "string", "description": "The same for all that one request set off."},
    "ce_causationid": {"type": "string", "description": "`ce_id` of the event that set this one off, if one did."},
    "traceparent": {"type": "string", "description": "W3C Trace Context of the request, where it had one."},
}
REQUIRED = tuple(name for name in HEADERS if name not in {"ce_causationid", "traceparent"})


def document() -> Node:
    """The document as data."""
    return {
        "asyncapi": "3.0.0",
        "id": f"{PUBLIC_URL}/events/asyncapi.yaml",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": {"kafka": _server()},
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {f"announce.{topic.name}": _operation(topic) for topic in TOPICS},
        "components": _components(),
    }


def text() -> str:
    """The document as it is published."""
    return yaml.dump(document(), Dumper=_Plain, allow_unicode=True, width=120, sort_keys=False)


class _Plain(yaml.SafeDumper):
    """Without anchors: what stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        """Always."""
        del data
        return True


def told(header: str) -> str:
    """What the header says, in words."""
    about = HEADERS[header]
    return about["description"] if "description" in about else f"`{about['const']}`"


def events_of(topic: Topic) -> list[type[Contract]]:
    """What is published on the topic."""
    return [event for event in PUBLISHED if event.topic == topic.name]


def _info() -> Node:
    return {
        "title": "Midlands leadership academy: events",
        "version": "1",
        "description": (
            "What the services of an NHS regional leadership academy announce, for other NHS systems.\n\n"
            "CloudEvents 1.0 in Kafka binary mode; how to read them right, and who lets you in, the catalogue tells."
        ),
        "contact": {"name": "The academy's operators", "url": PUBLIC_URL},
        "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
        "tags": [{"name": name} for name in ("open", "restricted")],
        "externalDocs": {"description": "Event catalogue", "url": f"{PUBLIC_URL}/events/"},
    }


def _server() -> Node:
    return {
        "host": "kafka.academy.example.nhs.uk:9093",
        "protocol": "kafka-secure",
        "title": "The academy's Kafka",
        "description": "Its address, its certificate authority and a password are handed over when you are admitted.",
        "security": [{"$ref": "#/components/securitySchemes/user"}],
    }


def _channel(topic: Topic) -> Node:
    [made] = wanted([topic], prefix="", brokers=_BROKERS)
    kinds = [*(event.event_type() for event in events_of(topic)), EventSkipped.TYPE]
    return {
        "address": topic.name,
        "title": topic.name,
        "summary": f"Holds {topic.holds}.",
        "description": f"{topic.access.capitalize()}; key `{events_of(topic)[0].key_field}`.",
        "servers": [{"$ref": "#/servers/kafka"}],
        "tags": [{"name": topic.access}],
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in kinds},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": PARTITIONS,
                "replicas": made.replication,
                "topicConfiguration": {
                    "cleanup.policy": [made.config()["cleanup.policy"]],
                    "retention.ms": made.retention_ms,
                },
                "bindingVersion": _KAFKA_BINDING,
            }
        },
    }


def _operation(topic: Topic) -> Node:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "title": f"Announce {topic.holds}",
        "summary": f"The academy's {topic.name.partition('.')[0]} service alone writes here; subscribers read.",
        "tags": [{"name": topic.access}],
    }


def _components() -> Node:
    contracts = {event.event_type(): event for event in PUBLISHED}
    messages = {kind: _message(event) for kind, event in contracts.items()}
    return {
        "securitySchemes": {
            "user": {"type": "scramSha512", "description": "SASL/SCRAM-SHA-512 over TLS; a user for each subscriber."}
        },
        "messages": messages | {EventSkipped.TYPE: _skipped()},
        "schemas": {"headers": _headers()} | _schemas((contracts | {EventSkipped.TYPE: EventSkipped}).items()),
    }


def _message(event: type[Contract]) -> Node:
    caught = record_of(event)
    about = (getdoc(event) or "").split("\n\n", 1)
    return {
        **_any_message(event.event_type(), event.__name__, about),
        "bindings": {"kafka": {"key": _key(event), "bindingVersion": _KAFKA_BINDING}},
        "examples": [{"name": event.__name__, "headers": caught["headers"], "payload": caught["payload"]}],
    }


def _skipped() -> Node:
    about = (getdoc(EventSkipped) or "").split("\n\n", 1)
    return _any_message(EventSkipped.TYPE, EventSkipped.__name__, about)


def _any_message(kind: str, title: str, about: list[str]) -> Node:
    summary, *more = about
    says = {"ce_type": {"const": kind}, "ce_dataschema": {"examples": [schema_uri(PUBLIC_URL, kind)]}}
    return {
        "name": kind,
        "title": title,
        "summary": summary.replace("\n", " "),
        **({"description": more[0]} if more else {}),
        "contentType": "application/json",
        "headers": {"type": "object", "allOf": [{"$ref": "#/components/schemas/headers"}, {"properties": says}]},
        "correlationId": {
            "description": "All that one request set off.",
            "location": "$message.header#/ce_correlationid",
        },
        "payload": {"$ref": f"#/components/schemas/{kind}"},
    }


def _headers() -> Node:
    return {
        "type": "object",
        "description": "Kafka headers, each UTF-8 text; there may be more in time.",
        "required": list(REQUIRED),
        "properties": dict(HEADERS),
    }


def _key(event: type[Contract]) -> Node:
    field = event.model_json_schema()["properties"][event.key_field]
    return {"type": "string", **field, "description": f"`{event.key_field}` of the payload, as UTF-8 text."}


def _schemas(payloads: Iterable[tuple[str, type[Payload]]]) -> Node:
    """Each payload, and what it is made of under its own name: two events may have a part of one name."""
    found: Node = {}
    for kind, payload in payloads:
        schema = opened(payload.model_json_schema(ref_template=f"#/components/schemas/{kind}.{{model}}"))
        found |= {f"{kind}.{name}": part for name, part in schema.pop("$defs", {}).items()}
        found[kind] = schema
    return found


def opened(node: Any) -> Any:
    """A schema as a reader should hold it: later fields may appear, so nothing is closed."""
    if isinstance(node, dict):
        return {name: opened(value) for name, value in node.items() if name != "additionalProperties"}  # pyright: ignore[reportUnknownVariableType]
    return [opened(item) for item in node] if isinstance(node, list) else node  # pyright: ignore[reportUnknownVariableType]
