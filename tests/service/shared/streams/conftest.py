from collections.abc import AsyncGenerator

import pytest

from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.messaging.cluster import Cluster
from shared.messaging.streams import Streams
from shared.service import Service
from tests.support.delivery import TOPIC, Bus, a_bus
from tests.support.services import Client, serving
from tests.support.tokens import Signer


@pytest.fixture
async def bus(postgres_admin: str, kafka: Cluster) -> AsyncGenerator[Bus]:
    async with a_bus(postgres_admin, kafka) as bus:
        yield bus


@pytest.fixture
async def ops(bus: Bus, signer: Signer) -> AsyncGenerator[Client]:
    """Ops, at the service that writes to the bus."""
    service = Service("counter", "Counter", "Counts.", (), (RecordingPublished,))
    async with serving(service, bus.writer, signer) as counter:
        counter.app.state.streams = Streams(bus.kafka, [TOPIC], bus.prefix)
        yield counter.as_("ops")
