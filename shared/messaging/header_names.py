# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
"""Header names that are no UTF-8: Kafka's brokers and Java clients let them pass, aiokafka raises and reads no further.

The seam is what its fetcher makes of the bytes of an answer. A batch that cannot be read is read once more, by the
client's own reader in Python, with escapes where a name is no text; any other fault of a batch is raised as before.
"""

from collections.abc import Iterator
from struct import unpack_from
from typing import Any, cast

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_LENGTH_AT, _HEAD, _MAGIC_AT, _MAGIC = 8, 12, 16, 2


class _Bytes(bytearray):
    """Bytes of which every slice is text, if need be with escapes."""

    def __getitem__(self, place: Any) -> Any:
        found = cast("int | bytearray", super().__getitem__(place))
        return _Bytes(found) if isinstance(found, bytearray) else found

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return super().decode(encoding, errors)


class _Batch:
    """A batch as the client's own reader has it, except that it can be read whatever the headers are called."""

    def __init__(self, batch: Any, data: bytes) -> None:
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except Exception:  # the client tells this fault in several ways
            if self._data[_MAGIC_AT] < _MAGIC:
                raise
            return iter(_with_escapes(self._data))

    def __next__(self) -> Any:
        return next(self._batch)


def _with_escapes(data: bytes) -> list[Any]:
    batch: Any = _DefaultRecordBatchPy(data)
    batch._maybe_uncompress()  # noqa: SLF001 it replaces the buffer
    batch._buffer = _Bytes(batch._buffer)  # noqa: SLF001
    return list(batch)


class _Records:
    """What the fetcher asks of the bytes of an answer."""

    def __init__(self, data: bytes) -> None:
        self._records = MemoryRecords(data)
        self._data = data
        self._at = 0

    def has_next(self) -> bool:
        return self._records.has_next()

    def size_in_bytes(self) -> int:
        return self._records.size_in_bytes()

    def next_batch(self) -> _Batch:
        [length] = unpack_from(">i", self._data, self._at + _LENGTH_AT)
        begin, self._at = self._at, self._at + _HEAD + length
        return _Batch(self._records.next_batch(), self._data[begin : self._at])


def accept_any() -> None:
    """Let every consumer of this process read on, whatever headers are called."""
    fetcher.MemoryRecords = _Records
