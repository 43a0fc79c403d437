"""NOTIFY outside the writing transactions, so that commits can go on sharing a flush.

Inside one it takes a lock of the whole cluster from before the commit's flush to its end. Here what is asked for while
one statement is on its way leaves with the next. A crash in between loses a wake-up and no more, for who listens polls
too.
"""

import asyncio
import contextlib
from collections.abc import Iterable

import asyncpg

_PAUSE = 0.002
"""Between two statements, so that a busy process does not spend itself on waking who is awake."""

_NOTIFY = "select pg_notify(channel, '') from unnest($1::text[]) as channel"


class Notifier:
    """Wakes the listeners of a database's channels, soon."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._channels: set[str] = set()
        self._sending: asyncio.Task[None] | None = None

    def soon(self, channels: Iterable[str]) -> None:
        """Wake whoever listens to the channels; each channel once, however often it is asked for meanwhile."""
        self._channels.update(channels)
        if self._channels and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._send())

    async def close(self) -> None:
        """Let what is under way leave."""
        if self._sending is not None:
            await asyncio.wait((self._sending,), timeout=1)

    async def _send(self) -> None:
        while self._channels:
            channels, self._channels = self._channels, set()
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                await self._pool.execute(_NOTIFY, list(channels))
            await asyncio.sleep(_PAUSE)
