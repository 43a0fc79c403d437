"""Whatever the bytes of a batch are, every offset of it can be passed, and what is a record in it is read."""

import tracemalloc
from itertools import islice, pairwise
from random import Random
from typing import Any

import pytest
from aiokafka.record.memory_records import MemoryRecords

from shared.messaging import record_batches
from shared.messaging.record_batches import KEPT, LARGEST_RECORD, MOST_HEADERS, MOST_UNPACKED, Records
from tests.support.batches import CODECS, HEAD, holding, number, plain, record, sealed
from tests.support.strange import Record, strange

packed = pytest.mark.parametrize("codec", [None, *CODECS])


def read(data: bytes) -> list[Any]:
    records = Records(data)
    assert records.has_next()
    return list(records.next_batch())


def content(records: list[Any]) -> list[tuple[Any, ...]]:
    return [(r.offset, r.timestamp, r.timestamp_type, r.key, r.value, list(r.headers)) for r in records]


def seen(data: bytes) -> list[tuple[int, bytes | None]]:
    return [(r.offset, None if ("unreadable" in dict(r.headers)) else r.key) for r in read(data)]


@packed
def test_whatever_the_client_can_read_is_read_as_the_client_does(codec: str | None) -> None:
    written = plain([one for one in strange(50) if len(one.value or b"") < 10_000])
    data = sealed(written[:HEAD], written[HEAD:], codec)
    records: Any = MemoryRecords(data)
    expected = content(list(records.next_batch()))
    assert content(read(data)) == expected
    assert content(list(record_batches.read(data))) == expected


@packed
@pytest.mark.parametrize(
    ("strange", "keys"),
    [
        (record(1, head=0x80), [b"k", b"k", b"k"]),
        (record(1, head=0xFF), [b"k", b"k", b"k"]),
        (record(1, headers=number(-406)), [b"k", None, b"k"]),
        (record(1, headers=number(3)), [b"k", None, b"k"]),
        (record(1, headers=number(1) + number(-1) + number(0)), [b"k", b"k", b"k"]),
        (record(1, headers=number(1) + number(50) + b"a"), [b"k", None, b"k"]),
        (record(1, headers=b"\xff" * 12), [b"k", None, b"k"]),
        (record(1, headers=b"\0more"), [b"k", None, b"k"]),
        (record(1, length=0), [b"k", None]),
        (record(1, length=-64), [b"k", None]),
        (record(1, length=9_999), [b"k", None]),
        (b"\xff" * 12, [b"k", None]),
        (b"", [b"k", b"k"]),
        (record(2**31 - 1), [b"k", b"k", b"k"]),
        (record(-5), [b"k", b"k", b"k"]),
        (record(0), [b"k", b"k", b"k"]),
    ],
)
def test_what_is_no_record_stands_for_itself_and_keeps_its_place(
    strange: bytes, keys: list[bytes | None], codec: str | None
) -> None:
    data = holding(record(0) + strange + record(2), 3, codec)
    assert seen(data)[: len(keys)] == list(enumerate(keys))


@pytest.mark.parametrize("codec", CODECS)
def test_a_record_of_endless_headers_is_none_where_a_few_bytes_can_make_them(codec: str) -> None:
    endless = number(MOST_HEADERS + 1) + b"\0\0" * (MOST_HEADERS + 1)
    assert seen(holding(record(0, headers=endless) + record(1), 2, codec)) == [(0, None), (1, b"k")]


@packed
def test_a_batch_after_which_something_stands_is_read(codec: str | None) -> None:
    assert seen(holding(record(0) + b"xyz", 1, codec)) == [(0, b"k")]


@pytest.mark.parametrize("codec", CODECS)
def test_what_cannot_be_unpacked_is_one_record_at_the_last_offset(codec: str) -> None:
    data = holding(record(0) + record(1), 2, codec)
    for spoilt in (data[HEAD:-3], b"?" + data[HEAD:], b""):
        assert seen(sealed(data[:HEAD], spoilt)) == [(1, None)]


def test_a_codec_nobody_knows_is_one_record_at_the_last_offset() -> None:
    data = holding(record(0) + record(1), 2)
    head = bytearray(data[:HEAD])
    head[22] |= 7
    assert seen(sealed(bytes(head), data[HEAD:])) == [(1, None)]


@pytest.mark.parametrize("codec", CODECS)
def test_of_what_is_too_large_once_unpacked_a_beginning_is_kept(codec: str) -> None:
    [bomb] = read(holding(b"\0" * (MOST_UNPACKED + 1), 1, codec))
    assert (bomb.offset, bomb.key, len(bomb.value) <= KEPT) == (0, None, True)
    large = number(LARGEST_RECORD + 1) + b"\0" * (LARGEST_RECORD + 1)
    found = read(holding(large + record(1), 2, codec))
    assert [(r.offset, r.key, len(r.value)) for r in found] == [(0, None, KEPT), (1, b"k", 1)]


def test_a_batch_of_which_little_becomes_much_is_read_a_record_at_a_time() -> None:
    """Two million records of a few bytes each: all at once they take half a gigabyte."""
    count = 2_000_000
    records: Any = Records(holding(record(0) * count, count, "zstd")).next_batch()
    tracemalloc.start()
    try:
        first, *_ = islice(records, 500)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert first.key == b"k"
    assert most < 5 * MOST_UNPACKED


@packed
def test_no_bytes_at_all_raise_and_no_offset_is_passed_over_or_used_twice(codec: str | None) -> None:
    random = Random(codec)
    for _ in range(400):
        batch = plain([Record(random.randbytes(2), random.randbytes(3), [("h", random.randbytes(2))])] * 3)
        body = bytearray(batch[HEAD:])
        for _ in range(random.randint(1, 3)):
            body[random.randrange(len(body))] = random.choice([0, 1, 2, 0x7F, 0x80, 0xFF, random.randrange(256)])
        data = sealed(batch[:HEAD], bytes(body[: random.choice([len(body), random.randrange(len(body))])]), codec)
        if len(data) > HEAD and random.random() < 0.3:
            spoilt = bytearray(data)
            spoilt[random.randrange(HEAD, len(data))] ^= 1 << random.randrange(8)
            data = bytes(spoilt)
        offsets = [r.offset for r in read(data)]
        assert all(a < b for a, b in pairwise([-1, *offsets, 3])), (offsets, data.hex())
