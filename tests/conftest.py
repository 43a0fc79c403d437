"""What every test may ask for: Postgres and Kafka of the run, a fresh database, a signer of tokens."""

import pytest

from tests.support.tokens import Signer

pytest_plugins = [
    "tests.support.leftovers",
    "tests.support.platform",
    "tests.support.scheduling",
    "tests.support.failures",
]


@pytest.fixture(scope="session")
def signer() -> Signer:
    """The identity provider of the run."""
    return Signer()
