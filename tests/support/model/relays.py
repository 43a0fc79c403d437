"""Relay processes: the real publisher on a connection of its own, stepped, killed, frozen and drained."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

from shared.messaging import relay
from shared.messaging.kafka import KafkaUnavailable
from shared.messaging.outbox_publisher import OutboxPublisher
from shared.postgres.database import UNAVAILABLE
from tests.support.delivery import PUBLIC_URL, SOURCE
from tests.support.model.bus import Bus
from tests.support.model.journal import Journal

if TYPE_CHECKING:
    from shared.postgres.database import Connection

_TURNS = 8
"""Turns of the loop in which an answer that is there reaches who waits for it; what is unanswered then stays so."""

_NO_LIMITS = "set idle_session_timeout = 0; set transaction_timeout = 0"
"""A relay that is stuck is frozen by the story; a slow machine freezes none."""


class Wake(asyncio.Event):
    """A rest that ends as soon as everything in memory has had its turns: nobody waits for what nobody does."""

    async def wait(self) -> Literal[True]:
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        return True


async def _connect(address: str) -> "Connection":
    while True:
        with contextlib.suppress(TimeoutError):
            connection = await relay.connect(address)
            await connection.execute(_NO_LIMITS)
            return connection


class RelayProcess:
    """One relay; it begins a publisher whenever it is to step and has none, as `Relay.run` does."""

    def __init__(
        self,
        name: str,
        address: str,
        bus: Bus,
        topics: tuple[str, ...],
        vanished: Callable[[int], Awaitable[None]],
        *,
        journal: Journal,
    ) -> None:
        """`vanished(pid)` returns when Postgres has noticed that a connection is gone."""
        self._address = address
        self._bus = bus
        self._topics = topics
        self._vanished = vanished
        self._seen = journal.seen
        self._journal = journal
        self._name = name
        self._wake = Wake()
        self._running: tuple[Connection, OutboxPublisher] | None = None

    async def step(self) -> None:
        """One wave; a session whose connection is gone ends, and its lanes are anybody's."""
        try:
            await (await self._publisher()).step()
        except (*UNAVAILABLE, KafkaUnavailable):
            self._seen["relay sessions lost"] += 1
            self._journal.note(f"  {self._name} lost its session")
            await self._end()

    async def _publisher(self) -> OutboxPublisher:
        if self._running is None:
            connection = await _connect(self._address)
            publisher = OutboxPublisher(
                connection, self._bus.producer, self._wake, topics=self._topics, source=SOURCE, public_url=PUBLIC_URL
            )
            self._running = connection, publisher
            await publisher.begin()
        return self._running[1]

    async def kill(self) -> None:
        """kill -9: what is on the wire may arrive yet, and nobody will know."""
        self._seen["relays killed"] += self._running is not None
        self._bus.flushes_on_stop = False
        await self._end()
        self._bus.flushes_on_stop = True

    async def freeze(self) -> None:
        """SIGSTOP past the idle time-out: Postgres ends the connection, the process finds out when it goes on."""
        if self._running is not None:
            self._seen["relays frozen"] += 1
            await self._cut(self._running[0].get_server_pid())

    async def _cut(self, pid: int) -> None:
        other = await _connect(self._address)
        try:
            await other.execute("select pg_terminate_backend($1)", pid)
            await self._vanished(pid)
        finally:
            await other.close()

    async def drain(self) -> None:
        """SIGTERM: finish what is in flight, give the lanes back, end."""
        if self._running is not None:
            self._seen["relays drained"] += 1
            self._bus.arrive_all()
            with contextlib.suppress(*UNAVAILABLE):
                await self._running[1].finish()
            await self._end()

    async def _end(self) -> None:
        if self._running is None:
            return
        (connection, publisher), self._running = self._running, None
        pid = connection.get_server_pid()
        connection.terminate()
        await publisher.close()
        await self._vanished(pid)
