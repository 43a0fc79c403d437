"""What a statement may have to wait for, so that two never wait for the same row: when it is let go both would run.

Postgres wakes all who wait for one transaction at once, and who of them is next is a matter of luck. So the second is
not sent before the first was answered. The first really waits, so a lock that is missing is missed as before.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from shared.messaging import cursors, outbox

Row: TypeAlias = tuple[str, ...]


def rows_of(query: str, args: Sequence[Any]) -> frozenset[Row]:
    """The rows of `stream` or `consumer_cursor` this statement locks or makes; nothing for any other statement."""
    find = _FIND.get(query)
    return find(args) if find else frozenset()


def rows_of_many(query: str, args: Sequence[Sequence[Any]]) -> frozenset[Row]:
    """Of a statement that is run for each of `args`."""
    return frozenset[Row]().union(*(rows_of(query, each) for each in args))


def _stream(args: Sequence[Any]) -> frozenset[Row]:
    return frozenset({("stream", *args[:2])})


def _cursors(args: Sequence[Any]) -> frozenset[Row]:
    return frozenset(("cursor", topic, key) for topic, key in zip(args[1], args[2], strict=True))


_FIND: Mapping[str, Callable[[Sequence[Any]], frozenset[Row]]] = MappingProxyType({
    outbox.SQL["append"]: _stream,
    cursors.SQL["lock"]: _cursors,
    cursors.SQL["make"]: _cursors,
})  # fmt: skip
