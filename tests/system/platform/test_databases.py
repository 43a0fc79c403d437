"""Each service's role enters its own database and no other."""

from collections.abc import AsyncGenerator
from itertools import permutations

import asyncpg
import pytest

from academy.local.ports import any_free_port
from academy.local.postgres import Postgres
from academy.local.state import State, StateFolder
from academy.local.supervisor import Silent, Supervisor, Tier
from academy.services import SERVICES
from tests.support.databases import in_database
from tests.support.folders import folder_anyone_may_cross


@pytest.fixture(scope="module")
async def postgres() -> AsyncGenerator[Postgres]:
    """The product's own Postgres with the databases of all services."""
    with folder_anyone_may_cross() as path:
        folder = StateFolder(path)
        folder.create()
        supervisor = Supervisor(folder, State(), Silent())
        postgres = Postgres(folder, any_free_port(), durable=False)
        await postgres.initialise(supervisor.run_job)
        supervisor.start(postgres.command(), {"postgres": postgres.address}, Tier.INFRASTRUCTURE)
        await supervisor.wait_until("postgres", postgres.wait_until_ready())
        await postgres.create_databases(SERVICES)
        yield postgres
        await supervisor.stop()
        postgres.remove_data()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_owns_its_database(postgres: Postgres, service: str) -> None:
    connection = await asyncpg.connect(postgres.url(service))
    await connection.execute("create table mine (id int)")
    assert await connection.fetchval("select current_user || ' of ' || current_database()") == f"{service} of {service}"
    assert not await connection.fetchval("select rolsuper or rolcreaterole from pg_roles where rolname = current_user")
    await connection.close()


@pytest.mark.parametrize(("service", "other"), permutations(SERVICES, 2))
async def test_a_service_is_refused_by_every_other_database(postgres: Postgres, service: str, other: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(in_database(postgres.url(service), other))


@pytest.mark.parametrize("database", ["postgres", "template1"])
async def test_a_service_is_refused_by_the_shared_databases(postgres: Postgres, database: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(in_database(postgres.url("enrolment"), database))


async def test_a_wrong_password_is_refused_though_we_are_local(postgres: Postgres) -> None:
    wrong = postgres.url("talent").replace(":", ":x", 2).replace(":x//", "://", 1)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)


async def test_making_the_databases_again_keeps_what_is_in_them(postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.url("talent"))
    await connection.execute("create table kept as select 7 as number")
    await connection.close()
    await postgres.create_databases(SERVICES)
    connection = await asyncpg.connect(postgres.url("talent"))
    assert await connection.fetchval("select number from kept") == 7
    await connection.close()


async def test_commits_wait_for_the_disk_by_default() -> None:
    with folder_anyone_may_cross() as path:
        arguments = " ".join(Postgres(StateFolder(path), 5433).command().argv)
    assert "fsync" not in arguments
    assert "synchronous_commit" not in arguments
