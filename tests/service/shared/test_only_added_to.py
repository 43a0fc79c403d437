"""What was done and who looked at what is refused to be changed, to the role that owns the tables as to anybody."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from shared.postgres.database import Database
from shared.postgres.migrate import migrate
from tests.support.databases import connected, execute, in_database, rows
from tests.support.packages import SERVICES

KEPT = {
    "enrolment": ("operator_act", "report_audit", "reach_snapshot", "change"),
    "coaching": ("operator_act", "report_audit"),
    "talent": ("operator_act", "report_audit", "assessment", "member_post", "pool_snapshot"),
    "notifications": ("operator_act",),
}
_NAMED_AN_AUDIT = """
select relname::text from pg_class
where relkind = 'r' and relnamespace = 'public'::regnamespace and (relname ~ '(audit|history|_act|snapshot)$')
"""
_GUARDED = "select tgrelid::regclass::text from pg_trigger where tgname = 'only_added_to' and tgenabled <> 'D'"


@asynccontextmanager
async def as_deployed(postgres_admin: str, service: str) -> AsyncGenerator[Database]:
    """A database that a role of its own owns, made and used by that role, as every deployment has it."""
    name = f"owned_{service}_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(postgres_admin)
    try:
        await admin.execute(f"create role {name} login password 'kept'")
        await admin.execute(f"create database {name} owner {name}")
        address = urlsplit(in_database(postgres_admin, name))
        place = address.netloc.rpartition("@")[2]
        own = urlunsplit(address._replace(netloc=f"{name}:kept@{place}"))
        migrate(service, own)
        async with connected(own, size=1) as db:
            yield db
    finally:
        await admin.execute(f"drop database if exists {name} with (force)")
        await admin.execute(f"drop role if exists {name}")
        await admin.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_no_row_of_what_was_done_is_changed_or_removed_by_the_role_that_owns_the_table(
    postgres_admin: str, service: str
) -> None:
    async with as_deployed(postgres_admin, service) as db:
        assert sorted(table for (table,) in await rows(db, _GUARDED)) == sorted(KEPT[service])
        assert {table for (table,) in await rows(db, _NAMED_AN_AUDIT)} <= set(KEPT[service])
        await execute(db, AN_ACTION, uuid4())
        for table in KEPT[service]:
            column = await rows(db, FIRST_COLUMN, table)
            await refused(db, f"update {table} set {column[0][0]} = {column[0][0]}")
            await refused(db, f"delete from {table}")
            await refused(db, f"truncate {table}")
        assert await rows(db, "select caller, reason from operator_act") == [("grace", "fixed")]


AN_ACTION = "insert into operator_act (id, caller, act, reason, event_ids) values ($1, 'grace', 'skip', 'fixed', '{}')"
FIRST_COLUMN = "select attname::text from pg_attribute where attrelid = $1::text::regclass and attnum = 1"


async def refused(db: Database, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only ever added"):
        await execute(db, statement)
