"""A bus for each test."""

from collections.abc import AsyncGenerator

import pytest

from shared.messaging.cluster import Cluster
from tests.support.delivery import Bus, a_bus


@pytest.fixture
async def bus(postgres_admin: str, kafka: Cluster) -> AsyncGenerator[Bus]:
    """Two made-up services, and Kafka between them under a prefix of its own."""
    async with a_bus(postgres_admin, kafka) as bus:
        yield bus
