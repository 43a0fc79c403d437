"""What every test may ask for: Postgres and Kafka of the run, a fresh database, a signer of tokens."""

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

from tests.support.links import LINK_KEYS
from tests.support.tokens import Signer

pytest_plugins = [
    "tests.support.leftovers",
    "tests.support.platform",
    "tests.support.failures",
]

os.environ.setdefault("ACADEMY_LINK_KEYS", LINK_KEYS)
os.environ.setdefault("ACADEMY_ENV", "development")

settings.register_profile(
    "suite",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
"""A property is tried on the same examples in every run, so running it again is all it takes to see it fail again; how
long an example takes to draw or to check is nothing a test asserts."""

settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays to the end: it is not looked through for garbage each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def signer() -> Signer:
    """The identity provider of the run."""
    return Signer()
