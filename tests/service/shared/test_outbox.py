"""Events join the command's transaction: all or none, versions gapless, no deadlocks."""

import asyncio
from collections import defaultdict
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.messaging import outbox
from shared.messaging.outbox import EventTooLarge
from shared.postgres.database import Database, Transaction
from tests.support.delivery import NOW, announce, eventually, numbered, somebody_waits, unhurried


async def rows(db: Database) -> list[Any]:
    async def read(tx: Transaction) -> list[Any]:
        return await tx.fetch("select key, version, lane, seq, headers from outbox order by seq")

    return await db.read(read)


async def test_a_command_that_fails_announces_nothing(db: Database) -> None:
    async def fail(tx: Transaction) -> None:
        await announce(tx, numbered(uuid4(), 1))
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 raised right above
        await db.run(fail)
    assert await rows(db) == []


async def test_a_savepoint_undone_takes_its_events_with_it(db: Database) -> None:
    kept, dropped = uuid4(), uuid4()

    async def command(tx: Transaction) -> None:
        await announce(tx, numbered(kept, 1))

        async def part() -> None:
            await announce(tx, numbered(dropped, 1))
            raise ValueError

        with pytest.raises(ValueError):  # noqa: PT011 raised right above
            await tx.savepoint(part)

    await db.run(command)
    assert [row["key"] for row in await rows(db)] == [str(kept)]


async def test_many_writers_of_many_keys_never_meet_in_opposite_order(db: Database) -> None:
    keys = [UUID(int=n) for n in range(6)]

    async def write(n: int) -> None:
        mixed = keys[n % 6 :] + keys[: n % 6]
        await db.run(announce, *(numbered(key, n) for key in mixed))

    await asyncio.gather(*(write(n) for n in range(60)))
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for row in await rows(db):
        versions[row["key"]].append(row["version"])
    assert versions == {str(key): list(range(1, 61)) for key in keys}


async def test_a_command_that_waits_for_one_key_holds_none_behind_it(db: Database) -> None:
    first, second = sorted((uuid4(), uuid4()), key=str)

    async def holds_the_first(tx: Transaction) -> asyncio.Task[None]:
        await unhurried(tx)
        await announce(tx, numbered(first, 0))
        await tx.flush()
        waiting = asyncio.create_task(db.run(announce, numbered(second, 1), numbered(first, 1)))
        await eventually(lambda: somebody_waits(db))
        assert await is_free(db, second), "a command that waits for its first key has locked its second already"
        return waiting

    await (await db.run(holds_the_first))


async def test_a_command_still_at_work_holds_no_key(db: Database) -> None:
    key = uuid4()

    async def long_command(tx: Transaction) -> None:
        await announce(tx, numbered(key, 2))
        assert await is_free(db, key), "announcing has locked the key before the command is done"

    await db.run(announce, numbered(key, 1))
    await db.run(long_command)


async def is_free(db: Database, key: UUID) -> bool:
    """Whether another command can announce an event of the key now; only waiting for somebody's lock is counted."""

    async def write(tx: Transaction) -> None:
        await tx.execute("set local lock_timeout = '5s'")
        await announce(tx, numbered(key, 0))

    try:
        await db.run(write)
    except asyncpg.LockNotAvailableError:
        return False
    return True


async def test_the_commands_now_is_the_events_time(db: Database) -> None:
    await db.run(announce, numbered(uuid4(), 1))
    [row] = await rows(db)
    assert row["headers"]["time"] == NOW.isoformat()


async def test_an_event_too_large_for_kafka_is_refused_before_the_commit(db: Database) -> None:
    huge = numbered(uuid4(), 1).model_copy(update={"recording_ref": "x" * outbox.LARGEST})
    with pytest.raises(EventTooLarge):
        await db.run(announce, huge)
    assert await rows(db) == []
