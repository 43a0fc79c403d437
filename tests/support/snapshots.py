"""Somebody's old snapshot: what is deleted since stays in the tables and indexes that the relay reads."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from shared.postgres.database import Connection


@asynccontextmanager
async def an_old_snapshot(
    address: str, connect: "Callable[[str], Awaitable[Connection]]" = asyncpg.connect
) -> AsyncGenerator[None]:
    """Held in the database until the end, which fails where its session is gone."""
    connection = await connect(address)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute("select from outbox limit 1")
            yield
    finally:
        await connection.close()
