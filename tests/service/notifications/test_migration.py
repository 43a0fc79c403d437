"""What a database held before the second migration is there afterwards, and works."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.databases import in_database

FOLDER = Path("services/notifications/migrations")
PERSON, SESSION = uuid4(), uuid4()
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def before(postgres_admin: str) -> AsyncGenerator[Connection]:
    """A database that stands at the first migration."""
    name = f"test_migration_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgres_admin)
    await admin.execute(f'create database "{name}"')
    connection = await asyncpg.connect(in_database(postgres_admin, name))
    await connection.execute((FOLDER / "0001_notifications.sql").read_text())
    yield connection
    await connection.close()
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


async def migrate(connection: Connection) -> None:
    async with connection.transaction():
        await connection.execute((FOLDER / "0002_letters.sql").read_text())


async def a_recording(connection: Connection, state: str, session_id: UUID = SESSION) -> None:
    await connection.execute(
        "insert into message"
        " (message_id, person_id, purpose, cause_event_id, session_id, correlation_id, state, due_at)"
        " values ($1, $2, 'recording', $3, $4, 'correlation', $5, now())",
        *(uuid4(), PERSON, uuid4(), session_id, state),
    )


@pytest.mark.parametrize(
    ("states", "afterwards"),
    [
        (["created"], [("created", None)]),
        (["created", "created"], [("suppressed", "superseded"), ("created", None)]),
        (["temporary-failure", "created"], [("suppressed", "superseded"), ("created", None)]),
        (["created", "permanent-failure"], [("created", None), ("permanent-failure", None)]),
        (["sent", "created", "created"], [("sent", None), *[("suppressed", "already_told")] * 2]),
        (["sent", "sent"], [("sent", None)] * 2),
    ],
)
async def test_of_recordings_asked_for_twice_one_waits_on_unless_one_has_left(
    before: Connection, states: list[str], afterwards: list[tuple[str, str | None]]
) -> None:
    for state in states:
        await a_recording(before, state)
    await a_recording(before, "created", uuid4())
    await migrate(before)
    rows = await before.fetch(
        "select state, failure_code from message where session_id = $1 order by position", SESSION
    )
    assert [tuple(row) for row in rows] == afterwards
    assert await before.fetchval("select state from message where session_id <> $1", SESSION) == "created"


async def test_entries_live_where_their_person_is_reached_today(before: Connection) -> None:
    unknown = uuid4()
    await before.execute("insert into contact values ($1, 'Amara', 'amara@example.org', 'enrolment', now())", PERSON)
    for person_id in (PERSON, unknown):
        await before.execute("insert into invitation values ($1, $2, 1, 0, false)", person_id, SESSION)
    await migrate(before)
    rows = await before.fetch("select person_id, sequence, email from invitation")
    assert {tuple(row) for row in rows} == {(PERSON, 1, "amara@example.org"), (unknown, 1, None)}
