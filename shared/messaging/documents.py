"""Writes what subscribers read: a JSON Schema per event, the AsyncAPI document and the catalogue.

`python -m shared.messaging.documents docs/events` writes them; with `--check` it only tells whether they are current.
Schemas are golden: a change that would break a subscriber is refused by `tests/contracts`.
"""

import json
import sys
from functools import partial
from inspect import getdoc
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from shared.contracts.catalogue import PUBLISHED
from shared.contracts.enrolment.learners import LearnerEnrolled
from shared.contracts.envelope import Contract, EventSkipped, Payload
from shared.contracts.topics import PARTITIONS, TOPICS, Topic
from shared.generated import write_or_check
from shared.messaging import asyncapi
from shared.messaging.records import record_of


def schema(event: type[Contract]) -> dict[str, Any]:
    """The event's JSON Schema as a reader should hold it."""
    return _schema(event.event_type(), event)


def _schema(kind: str, payload: type[Payload]) -> dict[str, Any]:
    """Its `$id` is relative to where it was found, as every deployment has an address of its own."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{kind}.json",
        **asyncapi.opened(payload.model_json_schema()),
    }


def catalogue() -> str:
    """The page people read: how to subscribe, and every topic with its events."""
    pages = Environment(  # noqa: S701 it makes Markdown
        loader=PackageLoader("shared.messaging", "."), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters["json"] = partial(json.dumps, indent=2, ensure_ascii=False)
    return pages.get_template("catalogue.md.j2").render(
        topics=[_topic(topic) for topic in TOPICS],
        partitions=PARTITIONS,
        skipped=EventSkipped.TYPE,
        shown=record_of(LearnerEnrolled),
        headers={name: asyncapi.told(name) for name in asyncapi.HEADERS},
        required=asyncapi.REQUIRED,
    )


def _topic(topic: Topic) -> dict[str, Any]:
    events = asyncapi.events_of(topic)
    kept = f"{topic.retention.days} days" if topic.retention else "for ever"
    about = {"name": topic.name, "holds": topic.holds, "access": topic.access}
    return about | {"kept": kept, "key": events[0].key_field, "events": [_event(event) for event in events]}


def _event(event: type[Contract]) -> dict[str, Any]:
    return {
        "name": event.__name__,
        "type": event.event_type(),
        "about": getdoc(event) or "",
        "fields": ", ".join(f"`{name}`" for name in event.model_fields),
        "payload": {n: v[:2] if isinstance(v, list) else v for n, v in record_of(event)["payload"].items()},
    }


def documents() -> dict[str, str]:
    """Every file of `docs/events` that is made, by its path below that folder."""
    described = {event.event_type(): event for event in PUBLISHED} | {EventSkipped.TYPE: EventSkipped}
    schemas = {f"schemas/{k}.json": json.dumps(_schema(k, p), indent=2) + "\n" for k, p in described.items()}
    return {"README.md": catalogue(), "asyncapi.yaml": asyncapi.text(), **schemas}


def main() -> int:
    """Exit 0 written or current, 1 out of date."""
    return write_or_check("documents", __doc__ or "", lambda _: documents())


if __name__ == "__main__":
    sys.exit(main())
