from collections.abc import AsyncGenerator

import pytest

from tests.service.shared.counters import SERVICE, make_counter
from tests.support.databases import connected, fresh_database
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
