import pytest

from services.portal.pages.catalogue.announced import by_topic, whole
from services.portal.pages.catalogue.fields import fields_of
from shared.contracts.catalogue import BY_TYPE
from shared.contracts.envelope import TYPE_PREFIX

TYPES = sorted(kind.removeprefix(f"{TYPE_PREFIX}.") for kind in BY_TYPE)


@pytest.mark.parametrize("kind", TYPES)
def test_every_event_has_its_fields_and_a_record(kind: str) -> None:
    found = whole(kind)
    assert found
    contract = BY_TYPE[f"{TYPE_PREFIX}.{kind}"]
    assert [field.name for field in found.fields if "." not in field.name] == list(contract.model_fields)
    assert '"effective_at"' in found.payload
    assert found.headers["ce_type"] == found.event.ce_type


def test_every_event_stands_below_its_topic() -> None:
    listed = {event.ce_type for _, events in by_topic() for event in events}
    assert listed == set(BY_TYPE)


def test_nobody_announces_an_event_without_a_contract() -> None:
    assert whole("enrolment.LearnerLost.v1") is None


def test_fields_say_what_they_hold() -> None:
    schema = {
        "$defs": {"Cell": {"properties": {"people": {"type": "integer"}}, "required": ["people"]}},
        "properties": {
            "person_id": {"type": "string", "format": "uuid"},
            "previous": {"enum": ["none", "waitlisted"], "type": "string"},
            "minutes": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "cells": {"type": "array", "items": {"$ref": "#/$defs/Cell"}},
        },
        "required": ["person_id"],
    }
    assert [(field.name, field.holds, field.always) for field in fields_of(schema)] == [
        ("person_id", "id (UUID)", True),
        ("previous", "one of none, waitlisted", False),
        ("minutes", "whole number or null", False),
        ("cells", "list: the fields below", False),
        ("cells.people", "whole number", True),
    ]
