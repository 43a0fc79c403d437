from collections.abc import AsyncGenerator

import pytest

from services.coaching.app import service
from tests.service.coaching.builders import YEAR_END
from tests.support.databases import connected, fresh_database
from tests.support.services import ServiceUnderTest, serving
from tests.support.tokens import Signer


@pytest.fixture
async def coaching(postgres_admin: str, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    """The coaching service on a database of its own."""
    async with (
        fresh_database(postgres_admin, "coaching") as address,
        connected(address) as db,
        serving(service, db, signer) as sut,
    ):
        await sut.clock.advance_to(YEAR_END)
        yield sut
