# pyright: reportUnknownMemberType=false
"""The records that documents show are events: what a subscriber builds from them, it builds right."""

import json
from types import SimpleNamespace
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator

from shared.contracts.catalogue import BY_TYPE, PUBLISHED
from shared.contracts.envelope import Contract, source_of
from shared.messaging import asyncapi, documents, wire
from shared.messaging.records import FOLDER, PUBLIC_URL, record_of
from shared.messaging.wire import Event

HEADERS = Draft202012Validator(asyncapi.document()["components"]["schemas"]["headers"])

every_event = pytest.mark.parametrize("event", PUBLISHED, ids=lambda e: f"{e.topic}.{e.__name__}")


def test_there_is_one_of_each_type_and_of_no_other() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(BY_TYPE)


@every_event
def test_a_record_is_read_as_the_event_it_shows(event: type[Contract]) -> None:
    shown = record_of(event)
    headers = [(name, text.encode()) for name, text in shown["headers"].items()]
    record = SimpleNamespace(
        headers=headers, key=shown["key"].encode(), value=json.dumps(shown["payload"]).encode(), partition=0, offset=0
    )
    read = wire.decode(record, shown["topic"])
    assert isinstance(read, Event)
    assert (read.envelope.type, read.envelope.topic) == (event.event_type(), event.topic)
    assert event.model_validate_json(read.payload).key() == shown["key"] == shown["headers"]["ce_subject"]
    Draft202012Validator(documents.schema(event)).validate(shown["payload"])


@every_event
def test_a_record_has_all_that_the_contract_has(event: type[Contract]) -> None:
    assert set(record_of(event)["payload"]) == set(event.model_fields)


@every_event
def test_a_record_has_the_headers_that_are_described(event: type[Contract]) -> None:
    headers = record_of(event)["headers"]
    HEADERS.validate(headers)
    assert set(headers) <= set(asyncapi.HEADERS)
    assert headers["ce_dataschema"] == f"{PUBLIC_URL}/events/schemas/{event.event_type()}.json"


def test_the_headers_that_are_described_are_those_that_are_written() -> None:
    encoder = wire.HeaderEncoder(source_of("enrolment", "production"), public_url=PUBLIC_URL)
    known = {"time": "2020-10-01T09:00:00+00:00", "correlationid": "c", "causationid": "d", "traceparent": "t"}
    row = {
        "event_id": uuid4(),
        "type": PUBLISHED[0].event_type(),
        "key": "k",
        "version": wire.LAST,
        "headers": json.dumps(known),
    }
    written = {name: value.decode() for name, value in encoder.of(row)}
    assert set(written) == set(asyncapi.HEADERS)
    HEADERS.validate(written)
