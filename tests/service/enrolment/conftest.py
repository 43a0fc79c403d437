from collections.abc import AsyncGenerator

import pytest

from services.enrolment.app import service
from tests.service.enrolment.enrolment import EnrolmentService
from tests.support.databases import connected, fresh_database
from tests.support.services import serving
from tests.support.tokens import Signer


@pytest.fixture
async def enrolment(postgres_admin: str, signer: Signer) -> AsyncGenerator[EnrolmentService]:
    async with (
        fresh_database(postgres_admin, "enrolment") as address,
        connected(address) as db,
        serving(service, db, signer) as under_test,
    ):
        yield EnrolmentService(under_test)
