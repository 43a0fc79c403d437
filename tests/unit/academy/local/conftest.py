from collections.abc import AsyncGenerator

import pytest
from joserfc.jwk import RSAKey

from tests.support.sign_ins import Portal, signing_in
from tests.support.tokens import Signer


@pytest.fixture
def key(signer: Signer) -> RSAKey:
    return signer.key


@pytest.fixture
async def portal(key: RSAKey) -> AsyncGenerator[Portal]:
    async with signing_in(key) as portal:
        yield portal
