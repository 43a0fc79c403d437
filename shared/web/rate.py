"""A budget of requests for each caller, by the subject of a token that holds.

Neither how the token is written nor another token of the same person makes a second one. Each process keeps budgets of
its own, so a caller has as many as there are replicas. What comes without a token that holds is bounded by its address,
at the gateway.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil

from starlette.exceptions import HTTPException

_SYSTEMS = frozenset({"service", "replay"})
"""Roles of programs that stand for many people: they live a year in minutes, or fetch everything there is."""

_FOR_SYSTEMS = 20


@dataclass(slots=True)
class _Bucket:
    left: float
    seen: float


class Budgets:
    """A bucket of `burst` requests for each subject that fills again at `rate` a second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def spend(self, subject: str, roles: frozenset[str]) -> None:
        """One request of that caller; 429 with `Retry-After` where nothing is left."""
        times = _FOR_SYSTEMS if _SYSTEMS & roles else 1
        bucket, rate = self._bucket(subject, times), self._rate * times
        if bucket.left < 1:
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                "You have sent too many requests; please wait a moment.",
                {"Retry-After": str(ceil((1 - bucket.left) / rate))},
            )
        bucket.left -= 1

    def _bucket(self, subject: str, times: int) -> _Bucket:
        """As full as it is now, and last in line to be forgotten."""
        now, most = self._clock(), float(self._burst * times)
        bucket = self._buckets.setdefault(subject, _Bucket(most, now))
        bucket.left = min(most, bucket.left + (now - bucket.seen) * self._rate * times)
        bucket.seen = now
        self._buckets.move_to_end(subject)
        self._forget(now - self._burst / self._rate)
        return bucket

    def _forget(self, before: float) -> None:
        """Who was not seen for so long has a full bucket, which is what a stranger has."""
        while next(iter(self._buckets.values())).seen < before:
            self._buckets.popitem(last=False)

    def __len__(self) -> int:
        return len(self._buckets)
