# pyright: reportMissingTypeStubs=false
"""Record batches as others write them: whatever a broker takes, a consumer comes past it.

Brokers look into records less than aiokafka does, which raises at a header name that is no UTF-8, at a reserved
attribute, at a length that lies, and then reads no further. The seam is what its fetcher makes of the bytes of an
answer. What the client's own reader cannot read is read by the one below, record by record; what is no record stands
for itself: without headers, so nobody's event, and its value is its bytes.

What is compressed is unpacked here, up to a size, and read one record at a time: a few kilobytes can hold gigabytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from mmap import mmap
from struct import unpack_from
from typing import Any, TypeAlias

import cramjam
from aiokafka.consumer import fetcher
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import decode_varint_py as number

MOST_UNPACKED = 32 * 2**20
"""Bytes of a batch, unpacked: brokers take one MiB of it packed, and events become a tenth or a twentieth."""

LARGEST_RECORD = 2**20
"""Bytes of a record: larger ones come only packed, and none from a relay."""

MOST_HEADERS = 1_000
"""Of one record."""

KEPT = 100_000
"""Bytes that are kept of what is no record."""

_HEAD_OF_ANY, _HEAD = 12, 61
_LENGTH_AT, _MAGIC_AT, _ATTRIBUTES_AT, _TIMES_AT, _COUNT_AT = 8, 16, 21, 27, 57
_MAGIC, _CODEC, _STAMPED_BY_BROKER, _ONE_BYTE = 2, 0b111, 0b1000, 0x7F
_XERIAL, _XERIAL_HEAD = b"\x82SNAPPY\0", 16
_UNREADABLE = (ValueError, IndexError)

Headers: TypeAlias = list[tuple[str, bytes | None]]


class NoRecord(ValueError):
    """These bytes are no record, or no batch."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the fetcher looks at of a record."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    checksum: None = None


class Batch:
    """A batch as the client's own reader has it, except that it can be read whatever it holds."""

    def __init__(self, batch: Any, data: bytes) -> None:
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        if self._data[_MAGIC_AT] < _MAGIC:
            return iter(self._batch)
        return iter(self._as_the_client_does() or read(self._data))

    def _as_the_client_does(self) -> list[Any] | None:
        """A dozen times as fast; None where it cannot, or may take one thing for another."""
        if self._data[_ATTRIBUTES_AT + 1] & _CODEC:
            return None
        try:
            records = list(self._batch) if _is_usual(self._data) else None
        except Exception:  # noqa: BLE001 the client tells this fault in several ways
            return None
        return records if records and _follow(self._data, [r.offset for r in records]) else None


def _is_usual(data: bytes) -> bool:
    """Whether the first byte of each record is what the client takes it for: a number of one byte."""
    body, at = bytearray(data), _HEAD
    while at < len(body):
        length, at = number(body, at)
        if length <= 0 or body[at] > _ONE_BYTE:
            return False
        at += length
    return True


def _span(data: bytes) -> tuple[int, int]:
    """The first and the last offset of the batch."""
    [first], [more] = unpack_from(">q", data), unpack_from(">i", data, _ATTRIBUTES_AT + 2)
    return first, first + more


def _follow(data: bytes, offsets: list[int]) -> bool:
    """Whether a consumer that goes by these offsets passes over nothing and takes nothing twice."""
    first, last = _span(data)
    return all(a < b for a, b in pairwise([first - 1, *offsets, last + 1]))


def read(data: bytes) -> Iterator[Record]:
    """The records of a batch, each at an offset of its own; what is none stands for itself."""
    first, last = _span(data)
    [attributes], [count] = unpack_from(">h", data, _ATTRIBUTES_AT), unpack_from(">i", data, _COUNT_AT)
    begun, ended = unpack_from(">qq", data, _TIMES_AT)
    stamped = bool(attributes & _STAMPED_BY_BROKER)
    try:
        frames = _frames(_unpacked(data[_HEAD:], attributes & _CODEC), count)
    except Exception:  # noqa: BLE001 who unpacks is written in other languages, and raises what it likes
        yield _no_record(last, ended, data[_HEAD:])
        return
    offset = first - 1
    for left, frame in zip(reversed(range(count)), frames, strict=False):
        try:
            delay, further, key, value, headers = _fields(frame)
        except _UNREADABLE:
            offset += 1
            yield _no_record(offset, ended, frame)
        else:
            told = first + further
            offset = told if offset < told <= last - left else offset + 1
            yield Record(offset, ended if stamped else begun + delay, int(stamped), key, value, headers)


def _no_record(offset: int, timestamp: int, raw: bytes | bytearray) -> Record:
    return Record(offset, timestamp, 0, None, bytes(raw[:KEPT]), [("unreadable", f"{len(raw)} bytes".encode())])


def _frames(body: bytearray, count: int) -> Iterator[bytearray]:
    """The bytes of each record; where a length lies, all that is left."""
    at = 0
    for _ in range(count):
        try:
            length, begin = number(body, at)
        except _UNREADABLE:
            length, begin = 0, at
        if length <= 0 or begin + length > len(body):
            yield body[at:]
            return
        at = begin + length
        yield body[begin:at]


def _fields(frame: bytearray) -> tuple[int, int, bytes | None, bytes | None, Headers]:
    """Delay, distance from the first offset, key, value, headers; before them stands a byte that means nothing yet."""
    if len(frame) > LARGEST_RECORD:
        raise NoRecord
    delay, at = number(frame, 1)
    further, at = number(frame, at)
    key, at = _bytes(frame, at)
    value, at = _bytes(frame, at)
    many, at = number(frame, at)
    if not 0 <= many <= MOST_HEADERS:
        raise NoRecord
    headers: Headers = []
    for _ in range(many):
        name, at = _bytes(frame, at)
        content, at = _bytes(frame, at)
        headers.append(((name or b"").decode(errors="backslashreplace"), content))
    if at != len(frame):
        raise NoRecord
    return delay, further, key, value, headers


def _bytes(frame: bytearray, at: int) -> tuple[bytes | None, int]:
    length, at = number(frame, at)
    if length < 0:
        return None, at
    if at + length > len(frame):
        raise NoRecord
    return bytes(frame[at : at + length]), at + length


def _unpacked(body: bytes, codec: int) -> bytearray:
    """NoRecord, or what the library raises, where it is nothing packed, or too much."""
    if codec == 0:
        return bytearray(body)
    with mmap(-1, MOST_UNPACKED) as room, memoryview(room) as whole:  # pages that are not written cost nothing
        return bytearray(whole[: _CODECS[codec](body, whole)])


def _from_snappy(body: bytes, room: memoryview) -> int:
    """As one block, or as the many of the Java library."""
    if not body.startswith(_XERIAL):
        return cramjam.snappy.decompress_raw_into(body, room)
    at, end = _XERIAL_HEAD, 0
    while at < len(body):
        [length] = unpack_from(">i", body, at)
        begin, at = at + 4, at + 4 + length
        if length <= 0:
            raise NoRecord
        with room[end:] as rest:
            end += cramjam.snappy.decompress_raw_into(body[begin:at], rest)
    return end


_CODECS: dict[int, Callable[[bytes, memoryview], int]] = {
    1: cramjam.gzip.decompress_into,
    2: _from_snappy,
    3: cramjam.lz4.decompress_into,
    4: cramjam.zstd.decompress_into,
}


class Records:
    """What the fetcher asks of the bytes of an answer."""

    def __init__(self, data: bytes) -> None:
        self._records = MemoryRecords(data)
        self._data = data
        self._at = 0

    def has_next(self) -> bool:
        """Whether another batch is there, whole."""
        return self._records.has_next()

    def size_in_bytes(self) -> int:
        """Of the whole answer."""
        return self._records.size_in_bytes()

    def next_batch(self) -> Batch:
        """The next one; there has to be one."""
        [length] = unpack_from(">i", self._data, self._at + _LENGTH_AT)
        begin, self._at = self._at, self._at + _HEAD_OF_ANY + length
        return Batch(self._records.next_batch(), self._data[begin : self._at])


def read_any() -> None:
    """Let every consumer of this process come past whatever a topic holds."""
    fetcher.MemoryRecords = Records
