"""Whatever a handler raises or does is its own event's; only an outage of the database stops a group."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.messaging import handling, outbox
from shared.messaging.inbox import Inbox
from shared.postgres.database import PostgresUnavailable, Transaction
from tests.service.shared.deliveries import KEY, delivered
from tests.service.shared.readers import Reader, raises
from tests.support.databases import connected, fresh_database, reopen, shut
from tests.support.delivery import TOPIC, effects, make_effects, note


async def test_what_breaks_the_whole_transaction_is_found_in_its_chain_and_blamed_alone(reader: Reader) -> None:
    """What a handler announces is written at the end: by then the events before it in its chain are done."""
    await reader.inbox.apply([delivered(2), delivered(3), delivered(4)])
    reader.error, reader.failing = _announces_what_cannot_be_written, {3}
    await reader.inbox.apply([delivered(1)])
    assert await reader.work() == 1
    assert await reader.work() == 1
    assert await reader.effects() == ["1", "2"]
    assert await reader.deferred() == [(3, "retry"), (4, "behind")]
    reader.failing = set()
    assert await reader.work() == 2
    assert await reader.effects() == ["1", "2", "3", "4"]


async def _announces_what_cannot_be_written(tx: Transaction) -> None:
    outbox.append_raw(tx, outbox.Pending(TOPIC, "a\0b", uuid4(), "test", b"", {}))


async def _asks_the_wrong_thing(tx: Transaction) -> None:
    await tx.execute("select $1::bigint", 2**63)


class Panic(BaseException):
    """As a library in another language raises it."""


async def _statement_too_slow(tx: Transaction) -> None:
    await tx.execute("set local statement_timeout = '50ms'")
    await tx.execute("select pg_sleep(5)")


async def _session_ended(tx: Transaction) -> None:
    await tx.execute("select pg_terminate_backend(pg_backend_pid())")


async def _rolled_back(tx: Transaction) -> None:
    await tx._connection.execute("rollback")  # pyright: ignore[reportPrivateUsage]


def _says(*statements: str) -> Callable[[Transaction], Awaitable[None]]:
    async def say(tx: Transaction) -> None:
        for statement in statements:
            await tx.execute(statement)

    return say


async def _cancels_itself(_: Transaction) -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(0)


async def _read_only(tx: Transaction) -> None:
    await tx.execute("set transaction read only")
    await tx.execute("delete from effect")


async def _two_at_once(tx: Transaction) -> None:
    await asyncio.gather(tx.fetchval("select 1"), tx.fetchval("select 2"))


async def _too_slow(_: Transaction) -> None:
    async with asyncio.timeout(0):
        await asyncio.sleep(1)


@pytest.mark.parametrize(
    "error",
    [
        raises(OSError("no such file")),
        raises(ConnectionRefusedError("the neighbour is away")),
        raises(TimeoutError()),
        raises(asyncio.CancelledError()),
        _asks_the_wrong_thing,
        _two_at_once,
        _too_slow,
        _announces_what_cannot_be_written,
        raises(Panic()),
        raises(SystemExit()),
        raises(asyncpg.SerializationError()),
        _statement_too_slow,
        _session_ended,
        _rolled_back,
        _says("commit"),
        _says("commit and chain"),
        _says("rollback and chain"),
        _says("rollback", "begin"),
        _says("select 1; /* so */ Commit; begin"),
        _read_only,
        _cancels_itself,
        raises(KeyboardInterrupt()),
    ],
    ids=[
        "OSError",
        "refused",
        "timeout",
        "cancelled",
        "wrong argument",
        "two statements at once",
        "too slow",
        "bad news",
        "panic",
        "exit",
        "in the way",
        "statement too slow",
        "session ended",
        "rolled back",
        "commits",
        "commits and goes on",
        "rolls back and goes on",
        "begins anew",
        "among others",
        "read only",
        "cancels itself",
        "interrupt",
    ],
)
async def test_what_a_handler_raises_of_its_own_holds_its_key_and_no_other(
    reader: Reader, error: Callable[[Transaction], Awaitable[None]]
) -> None:
    """Taken for an outage of the database it would be waited out, and everything else with it."""
    reader.error, reader.failing = error, {2}
    other = UUID(int=2)
    batch = [delivered(1), delivered(2), delivered(3), delivered(1, key=other)]
    [raised] = await asyncio.gather(reader.inbox.apply(batch), return_exceptions=True)
    assert raised is None, raised
    assert await reader.deferred() == [(2, "retry"), (3, "behind")]
    assert await reader.effects(other) == ["1"]
    assert await reader.work() == 0
    reader.failing = set()
    assert await reader.work() == 2
    assert await reader.effects() == ["1", "2", "3"]


async def _stands_still(_: Transaction) -> None:
    await asyncio.Event().wait()


async def _waits_for_postgres(tx: Transaction) -> None:
    await tx.execute("select pg_sleep(20)")


@pytest.mark.parametrize("hang", [_stands_still, _waits_for_postgres])
async def test_a_handler_that_hangs_holds_its_key_and_no_other(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, hang: Callable[[Transaction], Awaitable[None]]
) -> None:
    monkeypatch.setattr(handling, "SECONDS", 1.0)
    reader.error, reader.failing = hang, {2}
    other = UUID(int=2)
    async with asyncio.timeout(60):
        await reader.inbox.apply([delivered(1), delivered(2), delivered(3), delivered(1, key=other)])
        assert await reader.work() == 0
    assert await reader.effects(other) == ["1"]
    [head, _] = await reader.rows("select error_class, attempts from deferred order by version")
    assert tuple(head) == ("HandlerTooSlow", 1)
    reader.failing = set()
    assert await reader.work() == 2
    assert await reader.effects() == ["1", "2", "3"]


async def test_who_is_told_to_end_within_a_handler_ends(reader: Reader) -> None:
    entered = asyncio.Event()

    async def hang(_: Transaction) -> None:
        entered.set()
        await asyncio.Event().wait()

    reader.error, reader.failing = hang, {1}
    applying = asyncio.create_task(reader.inbox.apply([delivered(1)]))
    await entered.wait()
    applying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await applying
    assert await reader.deferred() == []


async def test_sessions_of_a_primary_that_was_demoted_are_given_up_for_new_ones(postgres_admin: str) -> None:
    """They live on and may only read; those that are made now lead to whoever is the primary."""
    async with fresh_database(postgres_admin, "shared") as address, connected(address, size=1) as db:
        await db.run(make_effects)
        await db.read(lambda tx: tx.execute("set default_transaction_read_only = on"))
        with pytest.raises(PostgresUnavailable, match="ReadOnlySQLTransaction"):
            await db.run(lambda tx: tx.execute("delete from effect"))
        await db.run(lambda tx: tx.execute("delete from effect"))
        await db.read(lambda tx: tx.execute("set default_transaction_read_only = on"))
        await Inbox("adder", (note,), db).apply([delivered(1)])
        assert await effects(db) == {str(KEY): ["1"]}


async def test_a_full_disk_is_no_fault_of_the_event_that_meets_it(reader: Reader) -> None:
    async def disk_full(tx: Transaction) -> None:
        await tx.execute("do $$ begin raise exception using errcode = 'disk_full'; end $$")

    reader.failing = {1}
    await reader.inbox.apply([delivered(1)])
    reader.error, reader.failing = disk_full, {1, 2}
    with pytest.raises(PostgresUnavailable, match="DiskFull"):
        await reader.inbox.apply([delivered(1, key=UUID(int=2))])
    assert await reader.work() == 0
    assert await reader.deferred() == [(1, "retry")]
    assert [row["attempts"] for row in await reader.rows("select attempts from deferred")] == [0]
    reader.failing = set()
    assert await reader.work() == 1


async def test_an_outage_is_no_try_of_the_head_it_meets(reader: Reader, postgres_admin: str) -> None:
    reader.failing = {1}
    await reader.inbox.apply([delivered(1)])
    [row] = await reader.rows("select current_database() as name")

    async def go_away(tx: Transaction) -> None:
        await shut(postgres_admin, row["name"])
        await tx.execute("select 1")

    reader.error = go_away
    assert await reader.work() == 0
    await reopen(postgres_admin, row["name"])
    assert [row["attempts"] for row in await reader.rows("select attempts from deferred")] == [0]
    reader.failing = set()
    assert await reader.work() == 1
