"""Writes what subscribers read: a JSON Schema per event, the AsyncAPI document and the catalogue.

`python -m shared.messaging.documents docs/events` writes them; with `--check` it only tells whether they are current.
Schemas are golden: a change that would break a subscriber is refused by `tests/contracts`.
"""

import argparse
import json
import sys
from inspect import getdoc
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml
from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI
from pydantic import create_model

from shared.contracts.catalogue import PUBLISHED
from shared.contracts.envelope import Contract, EventSkipped
from shared.contracts.topics import PARTITIONS, TOPICS

_CATALOGUE_HEAD = f"""# Event catalogue

Generated from `shared/contracts` by `make docs`. Envelope: CloudEvents 1.0 in Kafka binary mode; the key of a record
is the field named below, `ce_sequence` is the gapless version of that key. {PARTITIONS} partitions a topic.
*Open* topics are for any approved subscriber, *restricted* ones for named consumer groups. People appear as
`person_id` only, except on the contact topics.

A record of the type `{EventSkipped.TYPE}` may stand on any topic: it takes the place of an event that could not be
sent, so that `ce_sequence` has no gap. Subscribers pass over it, as over every type they do not handle.
"""


def schema(event: type[Contract]) -> dict[str, Any]:
    """The event's JSON Schema as a reader should hold it: later fields may appear, so nothing is closed."""
    described = event.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{event.event_type()}.json",
        **_opened(described),
    }


def _opened(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _opened(value) for name, value in node.items() if name != "additionalProperties"}  # pyright: ignore[reportUnknownVariableType]
    return [_opened(item) for item in node] if isinstance(node, list) else node  # pyright: ignore[reportUnknownVariableType]


def asyncapi() -> str:
    """The AsyncAPI 3 document of all events, from a broker that is never started."""
    broker = KafkaBroker("kafka:9092")
    publishers = [  # held here: the broker keeps weak references
        broker.publisher(e.topic, title=e.event_type(), description=getdoc(e), schema=_by_full_name(e))
        for e in PUBLISHED
    ]
    specification = AsyncAPI(broker, title="Midlands leadership academy events", version="1").to_specification()
    document = json.loads(specification.to_json())
    if len(document["channels"]) != len(publishers):
        raise ValueError("two events fall into one channel")
    return yaml.safe_dump(document, allow_unicode=True, width=120)


def _by_full_name(event: type[Contract]) -> type[Contract]:
    """The same model under its `ce_type`: three services publish a ContactChanged."""
    return create_model(event.event_type(), __base__=event, __doc__=getdoc(event))


def catalogue() -> str:
    """The page people read: every topic with its events."""
    parts = [_CATALOGUE_HEAD]
    for declared in TOPICS:
        kept = f", kept {declared.retention.days} days" if declared.retention else ""
        events = [e for e in PUBLISHED if e.topic == declared.name]
        parts.append(
            f"\n## {declared.name} ({declared.access}{kept})\n\nHolds {declared.holds}; key `{events[0].key_field}`.\n"
        )
        parts += [_described(event) for event in events]
    return "\n".join(parts)


def _described(event: type[Contract]) -> str:
    fields = ", ".join(f"`{name}`" for name in event.model_fields if name not in {"effective_at", event.key_field})
    about = indent(getdoc(event) or "", "  ").strip()
    return f"- [**{event.__name__}**](schemas/{event.event_type()}.json) — {about}\n\n  Fields: {fields}.\n"


def documents() -> dict[str, str]:
    """Every file of `docs/events`, by its path below that folder."""
    schemas = {f"schemas/{e.event_type()}.json": json.dumps(schema(e), indent=2) + "\n" for e in PUBLISHED}
    return {"README.md": catalogue(), "asyncapi.yaml": asyncapi(), **schemas}


def main() -> int:
    """Exit 0 written or current, 1 out of date."""
    parser = argparse.ArgumentParser(prog="documents", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    stale = [
        path
        for name, text in documents().items()
        if not (path := chosen.folder / name).exists() or path.read_text() != text
    ]
    if chosen.check:
        sys.stderr.writelines(f"{path} is out of date: run make docs\n" for path in stale)
        return 1 if stale else 0
    for name, text in documents().items():
        path = chosen.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
