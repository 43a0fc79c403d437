"""Envelopes survive the way through Kafka; whatever else arrives is told apart, never raised."""

import tracemalloc
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import SOURCE_PREFIX, source_of
from shared.messaging import wire
from shared.messaging.wire import Event, Reason, Undecodable


@dataclass
class Record:
    """What aiokafka hands over, as far as it is looked at."""

    headers: Any
    key: Any = b"k"
    value: Any = b"{}"
    partition: int = 0
    offset: int = 7
    topic: str = "t"
    extra: dict[str, str] = field(default_factory=dict[str, str])


TOPIC = "enrolment.learners"
SOURCE = source_of("enrolment", "development")
PUBLIC_URL = "https://academy.example.nhs.uk"
ENCODER = wire.HeaderEncoder(SOURCE, public_url=PUBLIC_URL)
ROW: dict[str, Any] = {
    "event_id": uuid4(),
    "type": "uk.nhs.midlands-leadership.enrolment.LearnerEnrolled.v1",
    "key": "k",
    "version": 3,
    "headers": ('{"time": "2020-10-01T09:00:00+00:00", "correlationid": "c", "causationid": "d", "traceparent": "t"}'),
}


def test_what_the_outbox_holds_is_what_the_consumer_reads() -> None:
    event = wire.decode(Record(ENCODER.of(ROW)), "enrolment.learners")
    assert isinstance(event, Event)
    assert event.envelope.id == ROW["event_id"]
    assert event.envelope.time == datetime(2020, 10, 1, 9, tzinfo=UTC)
    assert (event.envelope.sequence, event.envelope.causation_id, event.envelope.traceparent) == (3, "d", "t")
    assert wire.from_row({**_row(event), "payload": event.payload}) == event


def test_a_record_says_where_the_schema_of_its_type_is_and_of_no_other() -> None:
    kind = ROW["type"]
    assert dict(ENCODER.of(ROW))["ce_dataschema"] == f"{PUBLIC_URL}/events/schemas/{kind}.json".encode()
    assert "ce_dataschema" not in dict(ENCODER.of({**ROW, "type": "org.example.Other.v1"}))


def test_sequences_sort_as_texts_as_they_do_as_numbers() -> None:
    numbers = [1, 9, 10, 99, 2**31, wire.LAST]
    written = [dict(ENCODER.of({**ROW, "version": number}))["ce_sequence"] for number in numbers]
    assert written == sorted(written)
    assert [int(text) for text in written] == numbers


def test_records_of_the_releases_before_are_still_read() -> None:
    """Their sequence had no zeros in front, and their schema was a name only."""
    before = {"ce_sequence": b"3", "ce_dataschema": f"{ROW['type']}.json".encode()}
    event = wire.decode(Record([*(dict(ENCODER.of(ROW)) | before).items()]), TOPIC)
    assert isinstance(event, Event)
    assert event.envelope.sequence == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_specversion", b"1.1"),
        ("ce_specversion", b""),
        ("content-type", b"application/cloudevents+json"),
        ("content-type", b"application/cloudevents+json; charset=UTF-8"),
        ("content-type", b"Application/CloudEvents-batch+json"),
    ],
)
def test_an_event_in_another_format_is_not_read_as_ours(name: str, value: bytes) -> None:
    found = wire.decode(Record([*(dict(ENCODER.of(ROW)) | {name: value}).items()]), TOPIC)
    assert isinstance(found, Undecodable)
    assert found.reason is Reason.OTHER_FORMAT


def test_a_structured_event_has_its_envelope_in_its_value() -> None:
    found = wire.decode(Record([("content-type", b"application/cloudevents+json")]), TOPIC)
    assert isinstance(found, Undecodable)
    assert found.reason is Reason.OTHER_FORMAT


@pytest.mark.parametrize("name", ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_sequence"])
def test_what_every_event_has_is_asked_for(name: str) -> None:
    found = wire.decode(Record([header for header in ENCODER.of(ROW) if header[0] != name]), TOPIC)
    assert isinstance(found, Undecodable)
    assert found.reason is Reason.UNDECODABLE


@pytest.mark.parametrize("name", ["ce_source", "ce_type"])
def test_a_source_and_a_type_say_something(name: str) -> None:
    found = wire.decode(Record([*(dict(ENCODER.of(ROW)) | {name: b""}).items()]), TOPIC)
    assert isinstance(found, Undecodable)
    assert found.reason is Reason.UNDECODABLE


def test_types_of_other_systems_cost_no_memory_for_ever() -> None:
    encoder = wire.HeaderEncoder(SOURCE, public_url=PUBLIC_URL)
    tracemalloc.start()
    try:
        for n in range(5_000):
            encoder.of({**ROW, "type": f"{n:0900}"})
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 3_000_000


def _row(event: Event) -> dict[str, Any]:
    e = event.envelope
    return {"topic": e.topic, "key": e.key, "version": e.sequence, "envelope": wire.to_row(e)}


@given(st.lists(st.tuples(st.sampled_from(["ce_id", "ce_time", "ce_sequence", "ce_type"]), st.binary())), st.binary())
def test_any_bytes_at_all_are_undecodable_and_never_an_error(headers: list[tuple[str, bytes]], key: bytes) -> None:
    assert isinstance(wire.decode(Record(headers, key=key), TOPIC), Undecodable)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_time", b"0001-01-01T00:00:00+00:00"),
        ("ce_time", b"9999-12-31T23:59:59.999999+00:00"),
        ("ce_time", b"2026"),
        ("ce_time", b"2026-11-28T09:30:00+99:00"),
        ("ce_id", b"1"),
        ("ce_id", b"0" * 5_000),
        ("traceparent", b"a\x00b"),
        ("traceparent", b"\xff"),
        ("ce_correlationid", b"a\x00b"),
        ("ce_causationid", b"a\x00b"),
        ("ce_type", b"a\x00b"),
        ("ce_source", b"a\x00b"),
        ("ce_sequence", b"0"),
        ("ce_sequence", str(wire.LAST + 1).encode()),
        ("ce_sequence", b"9223372036854775808"),
        ("ce_sequence", b"-1"),
        ("ce_sequence", b" 1"),
        ("ce_sequence", b"1_0"),
        ("ce_sequence", "１".encode()),
        ("ce_sequence", b"9" * 5_000),
    ],
)
def test_what_postgres_cannot_keep_is_undecodable(name: str, value: bytes) -> None:
    headers = [h for h in ENCODER.of(ROW) if h[0] != name] + [(name, value)]
    assert isinstance(wire.decode(Record(headers), TOPIC), Undecodable)


@pytest.mark.parametrize("name", ["ce_source", "ce_type", "ce_correlationid", "ce_causationid", "traceparent"])
def test_no_text_of_an_envelope_is_longer_than_a_thousand_bytes(name: str) -> None:
    headers = [h for h in ENCODER.of(ROW) if h[0] != name]
    longest = f"{SOURCE_PREFIX}/{'é' * 482}x/enrolment" if name == "ce_source" else "é" * 500
    assert len(longest.encode()) == 1_000
    assert isinstance(wire.decode(Record([*headers, (name, longest.encode())]), TOPIC), Event)
    longer = wire.decode(Record([*headers, (name, f"{longest}x".encode())]), TOPIC)
    assert isinstance(longer, Undecodable)
    assert longer.reason is Reason.UNDECODABLE


@pytest.mark.parametrize("key", [None, b"a\x00b", b"\xff", b"x" * 1_001])
def test_a_key_postgres_cannot_keep_is_undecodable(key: bytes | None) -> None:
    assert isinstance(wire.decode(Record(ENCODER.of(ROW), key=key), TOPIC), Undecodable)


def test_what_other_systems_send_besides_may_hold_any_bytes() -> None:
    headers = [*ENCODER.of(ROW), ("b3", b"\xff\x00" * 5_000), ("none", None)]
    assert isinstance(wire.decode(Record(headers), TOPIC), Event)


@pytest.mark.parametrize(
    ("source", "topic"),
    [
        (source_of("coaching", "development"), TOPIC),
        (source_of("enrolment", "development"), "coaching.contacts"),
        (source_of("enrolment", "development"), f"{TOPIC}.dlt.talent"),
        ("enrolment", TOPIC),
        ("/nhs/elsewhere/development/enrolment", TOPIC),
        (f"{SOURCE_PREFIX}-x/development/enrolment", TOPIC),
        (f"{SOURCE_PREFIX}/development/enrolment/", TOPIC),
        (f"{SOURCE_PREFIX}/development/enrolment ", TOPIC),
    ],
)
def test_who_does_not_own_the_topic_is_not_believed(source: str, topic: str) -> None:
    found = wire.decode(Record(wire.HeaderEncoder(source, public_url=PUBLIC_URL).of(ROW)), topic)
    assert isinstance(found, Undecodable)
    assert found.reason is Reason.FOREIGN_SOURCE


def test_dead_letters_are_their_group_s() -> None:
    record = Record(wire.HeaderEncoder(source_of("talent", "production"), public_url=PUBLIC_URL).of(ROW))
    assert isinstance(wire.decode(record, f"{TOPIC}.dlt.talent"), Event)


@given(st.binary())
def test_escaped_bytes_are_text_that_can_be_kept_and_printed(raw: bytes) -> None:
    assert wire.escaped(raw).isprintable()
    wire.escaped(raw).encode()


def test_bytes_are_escaped_so_that_they_are_told_apart() -> None:
    assert wire.escaped("a\0b\n\x1b[31mé\u202e".encode() + b"\xff") == r"a\x00b\n\x1b[31mé\u202e\xff"
