from collections.abc import AsyncGenerator

import pytest

from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.service import Service
from tests.support.databases import connected, execute, fresh_database
from tests.support.delivery import make_effects, note
from tests.support.services import Client, ServiceUnderTest, serving
from tests.support.tokens import Signer


@pytest.fixture(scope="module")
async def adding(postgres_admin: str, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    """A made-up service that adds up what cohorts announce."""
    service = Service("adder", "Adder", "Adds up.", (), (RecordingPublished,), (note,))
    async with (
        fresh_database(postgres_admin, "shared") as address,
        connected(address) as db,
        serving(service, db, signer) as adder,
    ):
        await db.run(make_effects)
        yield adder


@pytest.fixture
async def adder(adding: ServiceUnderTest) -> ServiceUnderTest:
    """The same with nothing in its database."""
    delivery = "stream, outbox, consumer_cursor, deferred, undecodable_record, undecodable_budget"
    tables = f"{delivery}, idempotency_key, operator_act, effect"
    # As a replica applies what it is told, which no trigger hinders: what ops did is only ever added to.
    await execute(adding.db, f"set local session_replication_role = replica; truncate {tables}")
    return adding


@pytest.fixture
def ops(adder: ServiceUnderTest) -> Client:
    return adder.as_("ops")
