"""Triggers that write down what was really committed; only the run has them, the product never does."""

from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from tests.chaos import patience

if TYPE_CHECKING:
    from shared.postgres.database import Connection

APPLICATION = "chaos"
"""How our own sessions are known, so that no fault cuts them."""

EFFECTS = {"talent": "evidence", "notifications": "message"}
"""What the handlers of a subscriber write, once an event; seen before a unique constraint could hide a repeat."""


async def connect(address: str) -> "Connection":
    """A session of our own, spared by every fault but the end of Postgres."""
    return await asyncpg.connect(
        address,
        timeout=patience.CONNECTION,
        command_timeout=patience.ANSWER,
        server_settings={"application_name": APPLICATION, "timezone": "UTC"},
    )


async def install(address: str, service: str) -> None:
    """Put the triggers on a migrated database; `address` is that of its superuser."""
    connection = await connect(address)
    try:
        async with connection.transaction():
            await connection.execute(Path(__file__).with_suffix(".sql").read_text())
            if table := EFFECTS.get(service):
                await connection.execute(
                    f"create trigger chaos_applied before insert on {table} "
                    "for each row execute function chaos.note_applied()"
                )
    finally:
        await connection.close()
