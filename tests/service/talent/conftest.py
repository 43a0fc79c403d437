from collections.abc import AsyncGenerator

import pytest

from services.talent.app import service
from tests.service.talent.builders import YEAR_END
from tests.support.databases import connected, fresh_database
from tests.support.services import ServiceUnderTest, serving
from tests.support.tokens import Signer


@pytest.fixture
async def talent(postgres_admin: str, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    """The talent service on a database of its own."""
    async with (
        fresh_database(postgres_admin, "talent") as address,
        connected(address) as db,
        serving(service, db, signer) as sut,
    ):
        await sut.clock.advance_to(YEAR_END)
        yield sut
