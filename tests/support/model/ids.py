"""Ids that are a function of the story: each telling counts from one."""

from collections.abc import Iterator
from itertools import count
from uuid import UUID

from shared.messaging.lanes import lane_of

_VERSION_7 = 0x7 << 76 | 0x2 << 62


class Ids:
    """Stands in for `new_id` wherever delivery makes one; in order of time, as the real ones are."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(self) -> UUID:
        self._made += 1
        return UUID(int=self._made << 80 | _VERSION_7)

    def restart(self) -> None:
        """A story begins."""
        self._made = 0


class Keys:
    def __init__(self) -> None:
        self._numbers = count(1)

    def next_in(self, lane: int) -> UUID:
        """One that was never used in this story, in that lane."""
        return next(key for key in self._candidates() if lane_of(str(key)) == lane)

    def _candidates(self) -> Iterator[UUID]:
        return (UUID(int=number) for number in self._numbers)
