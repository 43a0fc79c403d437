"""How full and how old the outbox is, and how old the oldest transaction: measured apart from the relay.

What is slow to measure must delay no sending, so measuring has its own connection and its own time-out. What could not
be measured is no number, and the time of the last measurement tells whether to believe the others.
"""

import asyncio
import math
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import asyncpg
from prometheus_client import Gauge

from shared.observability import metrics
from shared.observability.logs import get_logger, where
from shared.postgres.database import UNAVAILABLE
from shared.postgres.limits import BY_INDEX, COMMAND
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Connection

SQL = Queries(__file__)
MEASURE_EVERY = 10.0
_LONGEST_SECONDS = 8
COUNTED = 100_000
"""The outbox depth is counted no further than this."""

_OF_THE_OUTBOX = (metrics.OUTBOX_DEPTH, metrics.OUTBOX_PARKED, metrics.OUTBOX_AGE)


class Figures:
    """Measures a service's outbox and database; `run` until cancelled."""

    def __init__(self, dsn: str, topics: Sequence[str]) -> None:
        """`topics` are the logical names the service writes."""
        self._dsn = dsn
        self._topics = topics
        self._ages = Ages()

    async def run(self) -> None:
        """Measure again and again; when the session is lost, in a new one."""
        while True:
            try:
                await self._measure_until_lost()
            except (*UNAVAILABLE, asyncpg.PostgresError) as error:
                get_logger().warning("outbox_unmeasured", cause=where(error))
            finally:
                _forget(metrics.OLDEST_TRANSACTION, *_OF_THE_OUTBOX)
            await asyncio.sleep(MEASURE_EVERY)

    async def _measure_until_lost(self) -> None:
        connection = await _connect(self._dsn)
        try:
            while True:
                await self._measure_transactions(connection)
                await self._measure_outbox(connection)
                await asyncio.sleep(MEASURE_EVERY)
        finally:
            connection.terminate()

    async def _measure_transactions(self, connection: "Connection") -> None:
        """First and by itself: where the outbox takes too long to measure, an old one is why."""
        rows = await connection.fetch(SQL["transactions"])
        metrics.OLDEST_TRANSACTION.set(self._ages.oldest((row["name"], row["seconds"]) for row in rows))

    async def _measure_outbox(self, connection: "Connection") -> None:
        try:
            row = await connection.fetchrow(SQL["depth"], self._topics, COUNTED)
        except asyncpg.QueryCanceledError as error:
            get_logger().warning("outbox_unmeasured", cause=where(error))
            _forget(*_OF_THE_OUTBOX)
            return
        if row is not None:
            metrics.OUTBOX_DEPTH.set(row["depth"])
            metrics.OUTBOX_PARKED.set(row["parked"])
            metrics.OUTBOX_AGE.set(row["oldest_seconds"])
            metrics.OUTBOX_MEASURED.set_to_current_time()


class Ages:
    """How old transactions are; what Postgres does not tell us of other people's counts from when it was first seen."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def oldest(self, open_now: Iterable[tuple[str, float | None]]) -> float:
        """Seconds of the oldest of these, given with their names; 0 when there are none."""
        now = time.monotonic()
        told = dict(open_now)
        self._since = {name: self._since.get(name, now) for name in told}
        return max((now - self._since[name] if age is None else age for name, age in told.items()), default=0.0)


def _forget(*figures: Gauge) -> None:
    """No number, rather than the last one."""
    for figure in figures:
        figure.set(math.nan)


async def _connect(dsn: str) -> "Connection":
    return await asyncpg.connect(
        dsn,
        timeout=5,
        command_timeout=_LONGEST_SECONDS + 2,
        server_settings={
            **BY_INDEX,
            **COMMAND,
            "application_name": "relay-figures",
            "timezone": "UTC",
            "statement_timeout": f"{_LONGEST_SECONDS}s",
            "tcp_user_timeout": f"{_LONGEST_SECONDS}s",
        },
    )
