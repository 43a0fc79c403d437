"""What all stories of a run stand on: one database, the same surroundings, and a count of what happened."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncpg

from shared.postgres.database import Database
from tests.support.databases import fresh_database
from tests.support.model.clock import Surroundings
from tests.support.model.paced import paced

if TYPE_CHECKING:
    from shared.postgres.database import Connection


@dataclass(frozen=True, slots=True)
class Ground:
    """What all examples stand on; each begins with empty tables, and the surroundings its schedule gives it."""

    address: str
    db: Database
    watcher: "Connection"
    surroundings: Surroundings
    seen: Counter[str] = field(default_factory=Counter[str])


@asynccontextmanager
async def on_ground(admin: str, surroundings: Surroundings) -> AsyncGenerator[Ground]:
    """A database of the test's own."""
    async with fresh_database(admin, "shared") as address, paced(address) as db:
        watcher = await asyncpg.connect(address)
        # What it clears between two stories no trigger guards from it: what ops did is only ever added to.
        await watcher.execute("set session_replication_role = replica")
        await watcher.execute(
            "create table effect (n bigint generated always as identity, key text, version bigint, event_id uuid)"
        )
        try:
            yield Ground(address, db, watcher, surroundings)
        finally:
            await watcher.close()
