"""The pool and the unit of work: a command runs inside one transaction and never begins or commits it."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeAlias, TypeVar

import asyncpg

from shared.postgres.limits import COMMAND
from shared.postgres.notifier import Notifier
from shared.postgres.statements import stay_inside

if TYPE_CHECKING:
    Record: TypeAlias = asyncpg.Record
    Connection: TypeAlias = asyncpg.Connection[Record] | asyncpg.pool.PoolConnectionProxy[Record]
    Pool: TypeAlias = asyncpg.Pool[Record]

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 3
CLOSE_SECONDS = 3
"""How often a command is run when another transaction got in its way (40001, 40P01)."""


class PostgresUnavailable(Exception):
    """What a unit of work raises when driver or pool find Postgres away, or lose it; its class names what they raised.

    A command may raise an OSError or a TimeoutError of its own: that is none.
    """


IN_THE_WAY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)

INFRASTRUCTURE = (PostgresUnavailable, *IN_THE_WAY)
"""What a unit of work raises though nothing is wrong with it; it may be tried again later, as it is."""

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)

UNAVAILABLE = (*_LOST, asyncpg.InterfaceError, PostgresUnavailable)
"""The same for who speaks to the driver without a unit of work: there whatever it raises is the driver's."""

Flush: TypeAlias = "Callable[[Transaction, list[Any]], Awaitable[None]]"
Greeting: TypeAlias = "Callable[[Connection], Awaitable[None]]"


class Transaction:
    """One unit of work on one connection; commands take it as `tx`."""

    __slots__ = ("_connection", "_pending", "channels")

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._pending: dict[Flush, list[Any]] = {}
        self.channels: set[str] = set()
        """Who is woken when the transaction has been committed: names of Postgres channels."""

    async def fetch(self, sql: str, *args: Any) -> "list[Record]":
        """All rows."""
        with self._door(sql):
            return await self._connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> "Record | None":
        """The first row, or None."""
        with self._door(sql):
            return await self._connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """The first column of the first row, or None."""
        with self._door(sql):
            return await self._connection.fetchval(sql, *args)

    async def execute(self, sql: str, *args: Any) -> None:
        """Run a statement for its effect."""
        with self._door(sql):
            await self._connection.execute(sql, *args)

    async def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement for each row, in one round trip."""
        with self._door(sql):
            await self._connection.executemany(sql, rows)

    def _door(self, sql: str) -> AbstractContextManager[None]:
        stay_inside(sql)
        return _driver(self._connection)

    @property
    def is_open(self) -> bool:
        """Whether what is done now is still part of it; False when a command has ended it by a statement of its own."""
        return not _is_gone(self._connection) and self._connection.is_in_transaction()

    def before_commit(self, flush: Flush, item: Any) -> None:
        """Buffer `item`; `flush(tx, items)` is awaited once, just before the commit."""
        self._pending.setdefault(flush, []).append(item)

    def mark(self) -> dict[Flush, int]:
        """Where the buffers stand, for `forget_since`."""
        return {flush: len(items) for flush, items in self._pending.items()}

    def forget_since(self, mark: dict[Flush, int]) -> None:
        """Drop what was buffered since `mark`: the savepoint it belonged to was rolled back."""
        for flush, items in self._pending.items():
            del items[mark.get(flush, 0) :]

    async def flush(self) -> None:
        """Write what was buffered; called by the unit of work only."""
        for flush, items in self._pending.items():
            if items:
                await flush(self, items)
        self._pending.clear()

    async def savepoint(self, command: Callable[[], Awaitable[None]]) -> None:
        """Run `command` so that its failure undoes its own writes and buffered items only, and is raised."""
        mark = self.mark()
        try:
            async with _transaction(self._connection):
                await command()
        except BaseException:
            self.forget_since(mark)
            raise


class Database:
    """A service's own database. Make it with `connect`, end it with `close`."""

    def __init__(self, pool: "Pool", greetings: list[Greeting]) -> None:
        self._pool = pool
        self._greetings = greetings
        self._notifier = Notifier(pool)

    @classmethod
    async def connect(cls, dsn: str, *, application: str, size: int = 10) -> Self:
        """Open a pool of up to `size` connections; raises one of `UNAVAILABLE` when Postgres cannot be reached."""
        greetings: list[Greeting] = [speak_json]
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=size,
            timeout=5,
            command_timeout=30,
            init=partial(_greet, greetings),
            reset=_leave_as_is,
            server_settings={"application_name": application, "timezone": "UTC", **COMMAND},
        )
        return cls(pool, greetings)

    def greet(self, greeting: Greeting) -> None:
        """From now on await `greeting` with every new connection, before anybody uses it."""
        self._greetings.append(greeting)

    async def close(self) -> None:
        """Wait a few seconds for running work, then end every connection."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._notifier.close()
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def run(
        self,
        command: Callable[Concatenate[Transaction, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `command(tx, …)` in one transaction and commit; retried whole when another got in its way."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(command, *args, **kwargs)
            except IN_THE_WAY:
                if attempt == ATTEMPTS:
                    raise
                await asyncio.sleep(random.uniform(0.005, 0.05) * attempt)  # noqa: S311 jitter, no secret
        raise AssertionError

    async def read(
        self,
        query: Callable[Concatenate[Transaction, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `query(tx, …)` on one connection without a transaction: single statements, reads only."""
        async with self._connection() as connection:
            return await query(Transaction(connection), *args, **kwargs)

    async def is_well(self, met: Exception) -> bool:
        """Whether it takes a write at this moment: then the outage just met may be the command's own doing.

        A full disk is nobody's own doing, and not every write meets it.
        """
        if isinstance(met.__cause__, asyncpg.DiskFullError):
            return False
        try:
            await self.run(_number_a_transaction)
        except INFRASTRUCTURE:
            return False
        return True

    async def _once(
        self,
        command: Callable[Concatenate[Transaction, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        async with self._connection() as connection, _transaction(connection):
            tx = Transaction(connection)
            result = await command(tx, *args, **kwargs)
            await tx.flush()
        self._notifier.soon(tx.channels)
        return result

    @asynccontextmanager
    async def _connection(self) -> "AsyncGenerator[Connection]":
        """One of the pool's; all of them are replaced when the server they lead to may no longer write."""
        try:
            connection = await self._pool.acquire()
        except (*UNAVAILABLE, asyncpg.PostgresError) as error:
            raise PostgresUnavailable(type(error).__name__) from error
        try:
            yield connection
        except PostgresUnavailable as error:
            if isinstance(error.__cause__, asyncpg.ReadOnlySQLTransactionError):
                await self._pool.expire_connections()
            raise
        finally:
            await self._pool.release(connection)


@asynccontextmanager
async def _transaction(connection: "Connection") -> AsyncGenerator[None]:
    """The driver's own, but for its errors: they are told from those of the block."""
    transaction = connection.transaction()
    with _driver(connection):
        await transaction.start()
    try:
        yield
    except BaseException:
        with suppress(PostgresUnavailable), _driver(connection):  # whoever is away has rolled it back already
            await transaction.rollback()
        raise
    with _driver(connection):
        await transaction.commit()


@contextmanager
def _driver(connection: "Connection") -> Generator[None]:
    """Around the driver's calls: PostgresUnavailable when its error says so, not when it was asked the wrong thing."""
    try:
        yield
    except _LOST as error:
        raise PostgresUnavailable(type(error).__name__) from error
    except asyncpg.InterfaceError as error:
        if _is_gone(connection):
            raise PostgresUnavailable(type(error).__name__) from error
        raise


def _is_gone(connection: "Connection") -> bool:
    """The pool takes a connection back as soon as it is closed, and then it cannot even be asked."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


async def _number_a_transaction(tx: Transaction) -> None:
    await tx.execute("select pg_current_xact_id()")


async def speak_json(connection: "Connection") -> None:
    """Read and write jsonb as Python values."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


async def _leave_as_is(_: "Connection") -> None:
    """No session state is ever set on a pooled connection, so a release needs no round trip."""


async def _greet(greetings: Sequence[Greeting], connection: "Connection") -> None:
    for greeting in greetings:
        await greeting(connection)


async def answers(db: Database) -> str | None:
    """For readiness: what is the matter with it; None where it is well."""
    try:
        async with asyncio.timeout(2):
            await db.read(_one)
    except UNAVAILABLE:
        return "does not answer"
    return None


async def _one(tx: Transaction) -> Any:
    return await tx.fetchval("select 1")
