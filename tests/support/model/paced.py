"""A service's database whose every statement waits for its turn; no statement and no wait is too long here."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

from shared.postgres.database import Database, speak_json
from tests.support.model.contested import rows_of, rows_of_many
from tests.support.model.under_way import Turn

if TYPE_CHECKING:
    Paceable = asyncpg.Connection[asyncpg.Record]
else:
    Paceable = asyncpg.Connection

_ENDS = frozenset({"COMMIT;", "ROLLBACK;"})
_CONNECT_SECONDS = 3_600.0
SIZE = 40
"""More than a story has pieces of work: who waits for a connection is not seen to wait."""


class Paced(Paceable):
    """The driver's connection; begin, commit and rollback are statements too."""

    greeted = False

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:  # noqa: ASYNC109 the driver\'s
        async with self._turn(query, args):
            return await super().execute(query, *args, timeout=timeout)

    async def executemany(self, command: str, args: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 the driver\'s
        async with Turn(self, rows_of_many(command, args)):
            await super().executemany(command, args, timeout=timeout)

    async def fetch(self, query: str, *args: Any, timeout: float | None = None, record_class: Any = None) -> list[Any]:  # noqa: ASYNC109 the driver\'s
        async with self._turn(query, args):
            return await super().fetch(query, *args, timeout=timeout, record_class=record_class)

    async def fetchrow(self, query: str, *args: Any, timeout: float | None = None, record_class: Any = None) -> Any:  # noqa: ASYNC109 the driver\'s
        """The first row."""
        async with self._turn(query, args):
            return await super().fetchrow(query, *args, timeout=timeout, record_class=record_class)

    async def fetchval(self, query: str, *args: Any, column: int = 0, timeout: float | None = None) -> Any:  # noqa: ASYNC109 the driver\'s
        """The first column of the first row."""
        async with self._turn(query, args):
            return await super().fetchval(query, *args, column=column, timeout=timeout)

    def _turn(self, query: str, args: Sequence[Any]) -> Turn:
        return Turn(self, rows_of(query, args), ends=query in _ENDS)


async def _greet(connection: Any) -> None:
    await speak_json(connection)
    connection.greeted = True


async def _leave_as_is(_: object) -> None:
    return None


@asynccontextmanager
async def paced(address: str) -> AsyncGenerator[Database]:
    settings = {"application_name": "model", "timezone": "UTC"}
    pool = await asyncpg.create_pool(
        address,
        min_size=1,
        max_size=SIZE,
        timeout=_CONNECT_SECONDS,
        init=_greet,
        reset=_leave_as_is,
        connection_class=Paced,
        server_settings=settings,
        max_inactive_connection_lifetime=0,
    )
    db = Database(pool, [])
    try:
        yield db
    finally:
        await db.close()
