"""The parts of the platform a test run stands on, started once and shared by every xdist worker."""

import os

import pytest


@pytest.fixture(scope="session")
def postgres_admin() -> str:
    """The address of the run's Postgres, as its superuser."""
    return os.environ["ACADEMY_TEST_POSTGRES"]


@pytest.fixture(scope="session")
def kafka() -> str:
    """`host:port` of the run's Kafka."""
    return os.environ["ACADEMY_TEST_KAFKA"]
