"""Faults at the worst moment, held there by a lock: between acknowledgement and delete, and in mid-handler."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from shared.messaging.cluster import Cluster
from tests.chaos import patience, wiretap
from tests.chaos.audit_triggers import connect
from tests.chaos.writers import LOST, Writer
from tests.support.snapshots import an_old_snapshot

if TYPE_CHECKING:
    from shared.postgres.database import Connection

_BURST = 30
PAUSE = 1.0
_TRIES = 6
"""Another fault may end what is held in place, the sooner the more it takes: then it is laid hold of again."""


async def cut_before_delete(address: str, writer: Writer) -> bool:
    """Lock the outbox's deletes, wait until a relay wants to delete what it has sent, and end its session.

    Kafka has them then and the outbox too: whoever relays next must send them again.
    """
    return await _until_done(partial(_cut_before_delete, address, writer))


async def hold_handler(address: str, kafka: Cluster, group: str, topic: str) -> bool:
    """Hold the group's members in their handlers while another joins and leaves; True when they were held throughout.

    The one that comes and goes takes partitions from those at work and commits nothing.
    """
    return await _until_done(partial(_hold_handler, address, kafka, group, topic))


async def hold_snapshot(address: str, seconds: float) -> bool:
    """True when it was held throughout; another fault may end its session."""
    async with an_old_snapshot(address, connect):
        await asyncio.sleep(seconds)
    return True


async def _until_done(lay: Callable[[], Awaitable[bool]]) -> bool:
    for _ in range(_TRIES):
        with contextlib.suppress(*LOST, *wiretap.UNAVAILABLE):
            if await lay():
                return True
        await asyncio.sleep(PAUSE)
    return False


async def _cut_before_delete(address: str, writer: Writer) -> bool:
    connection = await connect(address)
    try:
        async with connection.transaction():
            await connection.execute("select chaos.lock_deletes()")
            await writer.commit(*(writer.attended() for _ in range(_BURST)))
            relays = await _blocked_by(connection, seconds=patience.CONNECTION)
            for pid in relays:
                await connection.execute("select pg_terminate_backend($1)", pid)
            await asyncio.sleep(0.1)
        return bool(relays)
    finally:
        await connection.close()


async def _hold_handler(address: str, kafka: Cluster, group: str, topic: str) -> bool:
    connection = await connect(address)
    try:
        async with connection.transaction():
            await connection.execute("set local lock_timeout = '30s'")
            await connection.execute("lock table evidence in exclusive mode")
            held = set(await _blocked_by(connection, seconds=patience.CONNECTION))
            rebalanced = bool(held) and await wiretap.come_and_go(kafka, group, topic)
            return rebalanced and bool(held.intersection(await _blocked_by(connection, seconds=0)))
    finally:
        await connection.close()


async def _blocked_by(connection: "Connection", *, seconds: float) -> list[int]:
    """Sessions that wait for a lock of ours; returns as soon as there are some."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        rows = await connection.fetch(_BLOCKED)
        if rows or asyncio.get_running_loop().time() >= deadline:
            return [row["pid"] for row in rows]
        await asyncio.sleep(0.02)


_BLOCKED = """
select pid from pg_stat_activity
where pg_backend_pid() = any(pg_blocking_pids(pid))
"""
