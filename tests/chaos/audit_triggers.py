"""Triggers that write down what was really committed; only the run has them, the product never does."""

from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from tests.chaos import patience

if TYPE_CHECKING:
    from shared.postgres.database import Connection

APPLICATION = "chaos"
"""How our own sessions are known, so that no fault cuts them."""

EFFECTS = {
    "talent": ("evidence",),
    "notifications": ("message", "contact"),
    "coaching": ("candidate", "relationship"),
}
"""Where the handlers of a subscriber write, once an event; seen before a unique constraint could hide a repeat."""


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
            for table in EFFECTS.get(service, ()):
                for trigger, function in _ON_EFFECTS.items():
                    await connection.execute(
                        f"create trigger {trigger} before insert on {table} "
                        f"for each row execute function chaos.{function}()"
                    )
    finally:
        await connection.close()


async def bar(address: str, person: str) -> None:
    """Let every effect on that person fail, until `lift`."""
    await _tell(address, "insert into chaos.barred (person_id) values ($1::uuid) on conflict do nothing", person)


async def lift(address: str, person: str) -> None:
    """Let effects on that person be as they would have been."""
    await _tell(address, "delete from chaos.barred where person_id = $1::uuid", person)


async def _tell(address: str, statement: str, person: str) -> None:
    connection = await connect(address)
    try:
        await connection.execute(statement, person)
    finally:
        await connection.close()


_ON_EFFECTS = {"chaos_applied": "note_applied", "chaos_barred": "refuse_barred"}
