"""Every named query is valid against the migrated schema."""

from importlib import import_module
from pathlib import Path

import asyncpg
import pytest

from shared.postgres.queries import Queries
from tests.support.databases import fresh_database
from tests.support.packages import ROOT, SERVICES


def query_files(service: str) -> list[Path]:
    """The `.sql` files beside modules that the service runs, its own and the shared ones."""
    shared = [p for p in (ROOT / "shared").rglob("*.sql") if "migrations" not in p.parts]
    own = [p for p in (ROOT / "services" / service).rglob("*.sql") if "migrations" not in p.parts]
    return shared + own


@pytest.mark.parametrize("service", SERVICES)
async def test_every_query_prepares_against_the_services_schema(postgres_admin: str, service: str) -> None:
    assert import_module(f"services.{service}.app")
    async with fresh_database(postgres_admin, service) as address:
        connection = await asyncpg.connect(address)
        try:
            broken = [
                f"{file.relative_to(ROOT)}: {name}: {error}"
                for file in query_files(service)
                for name, sql in queries(file).items()
                if (error := await _error(connection, sql))
            ]
        finally:
            await connection.close()
    assert broken == []


def queries(file: Path) -> Queries:
    """As its module reads it: with the columns that stand in another's file."""
    return import_module(".".join(file.relative_to(ROOT).with_suffix("").parts)).SQL


async def _error(connection: "asyncpg.Connection[asyncpg.Record]", sql: str) -> str | None:
    try:
        await connection.prepare(sql)
    except asyncpg.PostgresError as error:
        return str(error)
    return None
