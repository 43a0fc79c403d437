"""One gateway and the services behind it for all attacks of the session."""

from collections.abc import AsyncGenerator

import pytest

from tests.support.edge import Edge, an_edge
from tests.support.tokens import Signer


@pytest.fixture(scope="session")
async def edge(postgres_admin: str, signer: Signer, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Edge]:
    async with an_edge(postgres_admin, signer, tmp_path_factory.mktemp("edge")) as edge:
        yield edge
