from collections.abc import AsyncGenerator

import pytest

from shared.postgres.database import Database
from tests.service.shared.counters import SERVICE, make_counter
from tests.service.shared.readers import Reader
from tests.support.databases import connected, fresh_database
from tests.support.delivery import make_effects
from tests.support.services import ServiceUnderTest, serving
from tests.support.tokens import Signer


@pytest.fixture
async def service(postgres_admin: str, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    async with (
        fresh_database(postgres_admin, "shared") as address,
        connected(address) as db,
        serving(SERVICE, db, signer) as service,
    ):
        await db.run(make_counter)
        yield service


@pytest.fixture
async def address(postgres_admin: str) -> AsyncGenerator[str]:
    async with fresh_database(postgres_admin, "shared") as address:
        yield address


@pytest.fixture
async def db(address: str) -> AsyncGenerator[Database]:
    async with connected(address) as db:
        yield db


@pytest.fixture
async def reader(db: Database) -> Reader:
    await db.run(make_effects)
    return Reader(db)


@pytest.fixture
def outlives_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stalled test process is no frozen relay: its session is not ended, and nothing sent again for that reason."""
    monkeypatch.setattr("shared.messaging.relay._FROZEN_SECONDS", 600)
    monkeypatch.setattr("shared.messaging.relay._LONGEST_SECONDS", 600)
