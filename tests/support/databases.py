"""A template database per service, named by its migrations; each test gets a copy of its own.

Copied file by file: through the log, which is how Postgres copies by itself, a copy takes twice as long. The checkpoint
it needs costs nothing here, for the run's Postgres syncs nothing to the disk.
"""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from shared.postgres.database import Database, Transaction
from shared.postgres.migrate import migrate, schema_source
from tests.support.packages import PORTAL

_TEMPLATE_LOCK = 5_550_001


def in_database(admin_url: str, name: str) -> str:
    """The same server and login, another database."""
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{name}"))


async def template(admin_url: str, service: str) -> str:
    """The name of the service's migrated template, made once by whoever comes first."""
    delivery = service != PORTAL
    source = schema_source(service, delivery=delivery)
    name = f"template_{service}_{hashlib.sha256(source.encode()).hexdigest()[:12]}"
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute("select pg_advisory_lock($1)", _TEMPLATE_LOCK)
        if not await connection.fetchval("select 1 from pg_database where datname = $1 and datistemplate", name):
            await connection.execute(f'drop database if exists "{name}" with (force)')
            await connection.execute(f'create database "{name}"')
            migrate(service, in_database(admin_url, name), delivery=delivery)
            await connection.execute(f'alter database "{name}" is_template true')
    finally:
        await connection.close()
    return name


@asynccontextmanager
async def fresh_database(admin_url: str, service: str) -> AsyncGenerator[str]:
    """The address of a new, migrated, empty database of the service; gone afterwards."""
    source, name = await template(admin_url, service), f"test_{service}_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(f'create database "{name}" template "{source}" strategy file_copy')
        yield in_database(admin_url, name)
        await connection.execute(f'drop database "{name}" with (force)')
    finally:
        await connection.close()


@asynccontextmanager
async def connected(address: str, *, size: int = 20) -> AsyncGenerator[Database]:
    db = await Database.connect(address, application="test", size=size)
    try:
        yield db
    finally:
        await db.close()


async def rows(db: Database, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """What the query finds."""

    async def read(tx: Transaction) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in await tx.fetch(sql, *arguments)]

    return await db.read(read)


async def execute(db: Database, sql: str, *arguments: Any) -> None:
    """One statement, committed."""

    async def write(tx: Transaction) -> None:
        await tx.execute(sql, *arguments)

    await db.run(write)


_SHUT = "alter database {} allow_connections false"
_OPEN = "alter database {} allow_connections true"
_END_ALL = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1"


async def shut(admin: str, database: str) -> None:
    """Nobody gets into the database any more, and whoever was in it is out: Postgres is away, for its users."""
    async with connected(admin, size=1) as db:
        await db.read(lambda tx: tx.execute(_SHUT.format(database)))
        await db.read(lambda tx: tx.execute(_END_ALL, database))


async def reopen(admin: str, database: str) -> None:
    async with connected(admin, size=1) as db:
        await db.read(lambda tx: tx.execute(_OPEN.format(database)))
