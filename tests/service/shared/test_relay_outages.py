"""Whatever Postgres or the client answers, a relay waits, goes on by itself, and sends nothing twice; real Postgres."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest
from structlog.testing import capture_logs

from shared.postgres.database import Database
from tests.support.databases import connected
from tests.support.delivery import announce, eventually, numbered, relaying, unsent
from tests.support.staged import NOWHERE, Attempt, StagedKafka

KEY = UUID(int=1)
Logged: TypeAlias = list[MutableMapping[str, Any]]

pytestmark = pytest.mark.usefixtures("outlives_silence")


@pytest.fixture(autouse=True)
def looks_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.relay._NEXT_TRY", 0.1)


@pytest.fixture
def logged() -> Generator[Logged]:
    with capture_logs() as entries:
        yield entries


@asynccontextmanager
async def administered(admin: str, address: str) -> AsyncGenerator[Callable[..., Awaitable[Any]]]:
    """Say something of the database `{}` from outside it."""
    name = address.rsplit("/", 1)[1]
    connection = await asyncpg.connect(admin)

    async def say(*statements: str) -> None:
        for statement in statements:
            await connection.execute(statement.format(name))

    try:
        yield say
    finally:
        await connection.close()


END_ALL = "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'"
CLOSE, OPEN = "alter database {} allow_connections false", "alter database {} allow_connections true"


async def nothing_left(db: Database) -> bool:
    return not await unsent(db)


def when(true: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return true()

    return ask


def waits(logged: Logged, cause: str) -> Callable[[], Awaitable[bool]]:
    return when(lambda: any(entry["event"] == "relay_waits" and cause in entry["cause"] for entry in logged))


@pytest.mark.parametrize(
    ("out", "cause", "back"),
    [
        ((), "ObjectNotInPrerequisiteState", ()),
        (("alter database {0} rename to {0}_away",), "InvalidCatalogName", ("alter database {0}_away rename to {0}",)),
    ],
    ids=["closed", "moved away"],
)
async def test_a_database_that_lets_nobody_in_is_waited_for(
    address: str, postgres_admin: str, logged: Logged, *, out: Sequence[str], cause: str, back: Sequence[str]
) -> None:
    kafka = StagedKafka()
    async with (
        administered(postgres_admin, address) as say,
        relaying(address, NOWHERE, "", new_producer=kafka.producer),
    ):
        await eventually(when(lambda: kafka.producers > 0))
        await say(CLOSE, END_ALL, *out)
        await eventually(waits(logged, cause))
        await say(*back, OPEN)
        await arrives(address, kafka)


async def test_a_database_that_is_not_whole_yet_is_waited_for(address: str, db: Database, logged: Logged) -> None:
    kafka = StagedKafka()
    await db.run(lambda tx: tx.execute("alter table outbox rename to outbox_to_come"))
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await eventually(waits(logged, "UndefinedTable"))
        await db.run(lambda tx: tx.execute("alter table outbox_to_come rename to outbox"))
        await arrives(address, kafka)


async def test_from_a_database_that_may_only_be_read_nothing_is_sent(
    address: str, db: Database, postgres_admin: str, logged: Logged
) -> None:
    """What was sent could not be deleted: each session would send it once more."""
    kafka = StagedKafka()
    await db.run(announce, numbered(KEY, 1))
    async with administered(postgres_admin, address) as say:
        await say("alter database {} set default_transaction_read_only = on")
        async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
            await eventually(waits(logged, "ReadOnlySQLTransaction"))
            assert kafka.attempts == []
            await say("alter database {} reset default_transaction_read_only")
            await eventually(lambda: nothing_left(db))
    assert kafka.log == [(str(KEY), 1)]


async def test_what_the_client_raises_of_its_own_holds_its_lane_and_ends_nothing(address: str, db: Database) -> None:
    """So it does where a topic has fewer partitions than there are lanes."""
    known = False

    async def answer(_: Attempt) -> None:
        assert known, "Unrecognized partition"

    kafka = StagedKafka(answer)
    await db.run(announce, numbered(KEY, 1))
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await eventually(when(lambda: len(kafka.attempts) > 1))
        known = True
        await eventually(lambda: nothing_left(db))
    assert kafka.log == [(str(KEY), 1)]


async def arrives(address: str, kafka: StagedKafka) -> None:
    async with connected(address) as db:
        await db.run(announce, numbered(KEY, 1))
        await eventually(lambda: nothing_left(db))
    assert kafka.log == [(str(KEY), 1)]
