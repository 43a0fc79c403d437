from collections.abc import AsyncGenerator

import pytest

from services.enrolment.app import service
from tests.service.enrolment.academy import Academy
from tests.support.databases import connected, fresh_database
from tests.support.services import serving
from tests.support.tokens import Signer


@pytest.fixture
async def academy(postgres_admin: str, signer: Signer) -> AsyncGenerator[Academy]:
    async with (
        fresh_database(postgres_admin, "enrolment") as address,
        connected(address) as db,
        serving(service, db, signer) as under_test,
    ):
        yield Academy(under_test)
