"""A migration that needs a table somebody holds: it waits, others do not wait behind it, and it says who holds it."""

import asyncio
import re
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from shared.postgres.database import Database, Transaction
from shared.postgres.migrate import Patience, TablesHeld, migrate
from tests.support.databases import connected, execute, fresh_database, rows
from tests.support.delivery import eventually, patience, somebody_waits, unhurried

BRIEF = Patience(attempts=1_000, seconds=1.0, pause=0.3)
READ = "select count(*) from learner"
COLUMNS = "select count(*) from information_schema.columns where table_name = 'learner' and column_name = 'sort_name'"


@pytest.fixture
async def address(postgres_admin: str) -> AsyncGenerator[str]:
    """A database of a version before, whose migration takes a table for itself."""
    async with fresh_database(postgres_admin, "enrolment") as address:
        async with connected(address, size=1) as db:
            await db.run(as_it_was)
        yield address


async def as_it_was(tx: Transaction) -> None:
    await tx.execute("update schema_revision set version_num = 'enrolment_0003' where version_num like 'enrolment%'")
    await tx.execute("alter table learner add column sort_name text not null default ''")
    await tx.execute("alter table learner drop column contact_as_of, drop column email_given_at")
    await tx.execute(
        "drop table reach_snapshot, withdrawal_reason, link_host, change, cancellation_reason, organisation"
    )
    await tx.execute("drop index learner_email, learner_organisation")
    await tx.execute("alter table programme drop column retired_at")
    await tx.execute("alter table cohort drop column cancelled_at, drop column cancellation_reason")
    await tx.execute(
        "alter table session drop column cancelled_at, drop column cancellation_reason, drop column version"
    )


@pytest.fixture
async def db(address: str) -> AsyncGenerator[Database]:
    async with connected(address) as db:
        yield db


@pytest.fixture
async def holder(address: str) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
    """A long report: it only reads, and its transaction stays open."""
    connection = await asyncpg.connect(address, server_settings={"application_name": "yearly report"})
    await connection.execute("begin")
    await connection.execute(READ)
    yield connection
    await connection.close()


async def test_others_go_on_while_a_migration_waits_and_it_is_done_when_the_table_is_free(
    address: str, db: Database, holder: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    migrating = asyncio.create_task(asyncio.to_thread(migrate, "enrolment", address, BRIEF))
    for _ in range(3):
        await eventually(lambda: somebody_waits(db))
        async with patience():
            await db.read(read_at_leisure)
    assert not migrating.done()
    assert await rows(db, COLUMNS) == [(1,)]
    await holder.execute("commit")
    async with patience():
        await migrating
    assert await rows(db, COLUMNS) == [(0,)]


async def read_at_leisure(tx: Transaction) -> None:
    """How long it takes is not what is asked, but that it comes to an end while the table is held."""
    await unhurried(tx)
    await tx.execute("set local statement_timeout = 0")
    await tx.execute("set local lock_timeout = 0")
    await tx.execute(READ)


@pytest.mark.usefixtures("holder")
async def test_a_migration_that_gives_up_says_who_holds_the_table_and_has_altered_nothing(
    address: str, db: Database
) -> None:
    with pytest.raises(TablesHeld) as held:
        await asyncio.to_thread(migrate, "enrolment", address, Patience(attempts=2, seconds=1.5, pause=0.1))
    assert re.search(
        r"nothing was altered: in 2 attempts of 1\.5 s what it needs was held by 'yearly report' "
        r"\(pid \d+, role \w+, transaction since \d{4}-\d\d-\d\d [\d:]{8}Z, statement of .{19}Z\)\.",
        str(held.value),
    )
    assert await rows(db, COLUMNS) == [(1,)]


async def test_a_migration_waits_for_another_and_says_so(address: str, db: Database) -> None:
    async with connected(address, size=1) as other:

        async def migrating(tx: Transaction) -> None:
            await unhurried(tx)
            await tx.execute("select pg_advisory_xact_lock(7301946)")
            with pytest.raises(TablesHeld, match="held by 'test"):
                await asyncio.to_thread(migrate, "enrolment", address, Patience(attempts=1, seconds=1.5))

        await other.run(migrating)
    await execute(db, READ)
