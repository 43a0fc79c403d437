"""The contracts against their golden schemas: what was published once stays readable for every subscriber."""

import json
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

from shared import contracts
from shared.contracts.catalogue import DESCRIBED, PUBLISHED
from shared.contracts.envelope import Contract
from shared.contracts.topics import topic
from shared.messaging import documents

GOLDEN = Path(__file__).parents[2] / "docs" / "events"
FORBIDDEN = {"name", "email", "phone", "ethnicity", "ethnic_category", "gender", "score", "note", "notes", "comment"}

every_event = pytest.mark.parametrize("event", PUBLISHED, ids=lambda e: f"{e.topic}.{e.__name__}")


def test_the_generated_documents_are_current() -> None:
    stale = [n for n, text in documents.documents().items() if not (f := GOLDEN / n).exists() or f.read_text() != text]
    assert stale == [], "run make docs"


def test_every_type_that_a_record_may_name_a_schema_of_has_one_and_no_other() -> None:
    assert {file.stem for file in (GOLDEN / "schemas").iterdir()} == DESCRIBED
    assert {f"schemas/{kind}.json" for kind in DESCRIBED} < set(documents.documents())


def test_every_event_that_is_written_is_in_the_catalogue() -> None:
    modules = [import_module(found.name) for found in walk_packages(contracts.__path__, "shared.contracts.")]
    named = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    events = {kind for kind in named if issubclass(kind, Contract) and hasattr(kind, "topic")}
    assert {event for event in events if not event.__name__.startswith("_")} == set(PUBLISHED)


@every_event
def test_a_published_field_never_goes_away_nor_changes_its_type(event: type[Contract]) -> None:
    golden: dict[str, Any] = json.loads((GOLDEN / f"schemas/{event.event_type()}.json").read_text())
    now = documents.schema(event)
    for name, field in golden["properties"].items():
        assert now["properties"].get(name) == field, name
    assert set(golden["required"]) <= set(now["required"])


@every_event
def test_the_key_is_part_of_the_payload_and_the_topic_is_declared(event: type[Contract]) -> None:
    assert event.key_field in event.model_fields
    assert topic(event.topic)
    assert event.__doc__


@every_event
def test_personal_details_travel_on_contact_topics_only(event: type[Contract]) -> None:
    if not event.topic.endswith(".contacts"):
        assert FORBIDDEN.isdisjoint(event.model_fields)


@every_event
def test_a_reader_ignores_a_field_that_is_added_later(event: type[Contract]) -> None:
    assert event.model_config.get("extra") == "forbid"
    assert "additionalProperties" not in json.dumps(documents.schema(event))


def test_judgements_on_persons_are_restricted() -> None:
    restricted = {e.topic for e in PUBLISHED if topic(e.topic).access == "restricted"}
    assert {"talent.members", "coaching.practitioners", "coaching.relationships"} <= restricted
