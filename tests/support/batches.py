"""Record batches byte by byte, as no client would write them and a broker takes them."""

import struct
from collections.abc import Callable, Sequence
from typing import Any

import cramjam
from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c, encode_varint

from tests.support.strange import LARGEST, Record

HEAD, ATTRIBUTES = 61, 21
"""Of a record batch: the bytes of its head, and where the attributes stand in it, right behind the checksum."""

Pack = Callable[[bytes], bytes]


def _raw_snappy(body: bytes) -> bytes:
    return bytes(cramjam.snappy.compress_raw(body))


CODECS: dict[str, tuple[int, Pack]] = {
    "gzip": (1, gzip_encode),
    "snappy": (2, snappy_encode),
    "snappy in one block": (2, _raw_snappy),
    "lz4": (3, lz4_encode),
    "zstd": (4, zstd_encode),
}


def number(value: int) -> bytes:
    """As numbers stand in records: zigzag, seven bits a byte."""
    found = bytearray()
    encode_varint(value, found.append)
    return bytes(found)


def record(
    offset: int = 0, *, head: int = 0, length: int | None = None, value: bytes = b"v", headers: bytes = b"\0"
) -> bytes:
    """A record of key k; its reserved first byte and its length are whatever is said."""
    content = bytes([head]) + number(0) + number(offset) + number(1) + b"k" + number(len(value)) + value + headers
    return number(len(content) if length is None else length) + content


def plain(records: Sequence[Record]) -> bytes:
    """A batch as the client builds it."""
    builder: Any = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, LARGEST)
    for n, one in enumerate(records):
        builder.append(n, 0, one.key, one.value, list(one.headers))
    return bytes(builder.build())


def holding(body: bytes, count: int, codec: str | None = None) -> bytes:
    """A batch of so many records by its head, whatever its body is."""
    return sealed(plain([Record(b"", b"", ())] * count)[:HEAD], body, codec)


def sealed(head: bytes, body: bytes, codec: str | None = None) -> bytes:
    """With the right length and checksum."""
    whole = bytearray(head)
    if codec:
        mark, pack = CODECS[codec]
        whole[ATTRIBUTES + 1] |= mark
        body = pack(body)
    whole += body
    struct.pack_into(">i", whole, 8, len(whole) - 12)
    struct.pack_into(">I", whole, ATTRIBUTES - 4, calc_crc32c(bytes(whole[ATTRIBUTES:])))
    return bytes(whole)
