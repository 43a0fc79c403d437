"""Records no writer of ours would write: any bytes at all, and sound ones of which a part is not."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.messaging import wire
from tests.support.delivery import NOW, PUBLIC_URL, SOURCE, TOPIC, numbered

SEED = 20_201_001
LARGEST = 1_040_000
"""Bytes of a payload that the broker just takes."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the client hands it over, as far as it is looked at."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    offset: int = 0
    partition: int = 0
    topic: str = TOPIC


def sound(key: UUID, version: int) -> Record:
    """An event as our relay sends it."""
    event = numbered(key, version)
    row = {
        "event_id": uuid4(),
        "type": RecordingPublished.event_type(),
        "key": str(key),
        "version": version,
        "headers": json.dumps({"time": NOW.isoformat(), "correlationid": "c", "traceparent": "t"}),
    }
    return Record(
        str(key).encode(), event.model_dump_json().encode(), wire.HeaderEncoder(SOURCE, public_url=PUBLIC_URL).of(row)
    )


_LONG = Random(SEED).randbytes(3_000).hex().encode()
"""Nothing Postgres could compress until an index takes it."""

_EXTREMES = [b"", b"\0", b"a\0b", b"\xff", _LONG[:1_000], _LONG[:1_001], _LONG, _LONG * 20, "é".encode() * 501]
_HIGH = [str(number).encode() for number in (2**53, 2**53 + 1, 2**63 - 1, 2**63)]
_NUMBERS = [b"0", b"-1", b"1_0", b" 1", b"2", *_HIGH, b"9" * 5_000]
_TIMES = [b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59Z", b"2000-01-01T00:00:00Z", b"2100-12-31T23:59:59.999999Z"]
_IDS = [b"0" * 32, b"f" * 32, b"{" + b"0" * 32 + b"}"]
_NAMES = [name for name, _ in sound(UUID(int=1), 1).headers] + ["ce_causationid"]

_bytes = st.binary(max_size=30) | st.sampled_from(_EXTREMES + _NUMBERS + _TIMES + _IDS)
_names = st.text(st.characters(exclude_categories=["Cs"]), max_size=10) | st.sampled_from([*_NAMES, "\0", "n" * 5_000])
_payloads = (
    st.none()
    | _bytes
    | st.sampled_from([b"[" * 100_000, b'{"recording_ref": "\\u0000"}', b"\0" * LARGEST, b"9" * 5_000])
)
_headers = st.lists(st.tuples(_names, st.none() | _bytes), max_size=15)


@st.composite
def _mutations(draw: st.DrawFn) -> Record:
    """A sound event, of which at most three headers are another's, key and payload now and then."""
    found = sound(draw(st.uuids()), draw(st.sampled_from([1, 1, 1, 2])))
    changed = draw(st.dictionaries(st.sampled_from(_NAMES), st.none() | _bytes, max_size=3))
    kept = [(name, value) for name, value in found.headers if name not in changed or draw(st.booleans())]
    key = draw(st.just(found.key) | st.just(found.key) | st.none() | _bytes)
    value = draw(st.just(found.value) | st.just(found.value) | _payloads)
    return Record(key, value, draw(st.permutations([*kept, *changed.items()])))


_strange = st.builds(Record, st.none() | _bytes, _payloads, _headers) | _mutations() | _mutations()


def _fits(record: Record) -> bool:
    """Whether the broker takes it."""
    headers = sum(len(name.encode()) + len(value or b"") for name, value in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers < LARGEST + 5_000


def extremes() -> list[Record]:
    """Sound events each of which has one part at an extreme."""
    of_its_own = {"ce_sequence": _NUMBERS, "ce_time": _TIMES, "ce_id": _IDS}
    found = [replace(sound(uuid4(), 1), key=key) for key in _EXTREMES]
    for name, extreme in ((n, value) for n in _NAMES for value in of_its_own.get(n, _EXTREMES)):
        event = sound(uuid4(), 1)
        found.append(replace(event, headers=[*(h for h in event.headers if h[0] != name), (name, extreme)]))
    return found


def strange(count: int) -> list[Record]:
    """All extremes and so many others, drawn the same every time."""
    found = extremes()

    @seed(SEED)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example),
    )
    @given(_strange.filter(_fits))
    def collect(record: Record) -> None:
        found.append(record)

    collect()
    return found


def leaps(decoded: wire.Event) -> bool:
    """Whether its version is beyond belief, for a key that was never seen before."""
    return decoded.envelope.sequence > 1_000_000


def standing(decoded: wire.Event, cursors: dict[str, int], aside: set[tuple[str, int]]) -> bool:
    """Whether the event, or another of its key and version, was applied or is deferred."""
    envelope = decoded.envelope
    return cursors.get(envelope.key, 0) >= envelope.sequence or (envelope.key, envelope.sequence) in aside


async def outcome(tx: Any) -> tuple[dict[str, int], set[tuple[str, int]]]:
    """The cursors of the keys, and what is deferred."""
    cursors = {row["key"]: row["version"] or 0 for row in await tx.fetch("select key, version from consumer_cursor")}
    return cursors, {(row["key"], row["version"]) for row in await tx.fetch("select key, version from deferred")}
