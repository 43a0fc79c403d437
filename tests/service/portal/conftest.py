from collections.abc import AsyncGenerator

import httpx
import pytest

from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.support.portals import PortalUnderTest, a_portal
from tests.support.tokens import Signer


@pytest.fixture(scope="module")
async def portal(
    postgres_admin: str, signer: Signer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[PortalUnderTest]:
    """One for all tests of a file, with a time of its own: whoever writes there writes of somebody new."""
    async with a_portal(
        postgres_admin, signer, tmp_path_factory.mktemp("portal"), ("enrolment", "notifications", "talent")
    ) as portal:
        yield portal


@pytest.fixture
async def visitor(portal: PortalUnderTest) -> AsyncGenerator[httpx.AsyncClient]:
    async with portal.visitor() as visitor:
        yield visitor


@pytest.fixture
async def enrolment(portal: PortalUnderTest) -> EnrolmentService:
    """Behind the pages, with a programme."""
    service = EnrolmentService(portal.services["enrolment"])
    await service.it_is(NOW)
    await service.programme()
    return service


@pytest.fixture
async def lead(portal: PortalUnderTest, enrolment: EnrolmentService) -> AsyncGenerator[httpx.AsyncClient]:
    """A programme lead's browser, at enrolment's time."""
    async with portal.somebody(persona="programme-lead") as lead:
        yield lead
