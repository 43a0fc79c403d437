"""With certificates brokers are reached by TLS, by every client that is ours, and by no other way."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from academy.local.layout import KAFKA, POSTGRES
from academy.local.platform import Platform
from shared.messaging.access import Access
from shared.messaging.kafka import Admin, KafkaUnavailable
from shared.messaging.producer import Producer
from tests.support.certificates import self_signed
from tests.support.delivery import PATIENCE, eventually
from tests.support.folders import folder_anyone_may_cross
from tests.support.platform import a_plan
from tests.support.reading import records

pytestmark = pytest.mark.timeout(400)


async def test_an_academy_whose_brokers_have_certificates(tmp_path: Path) -> None:
    """The job before a service, its relay and its consumer come up by TLS; a client that asks for none does not."""
    broker, authority = self_signed(tmp_path)
    with folder_anyone_may_cross() as folder:
        plain = a_plan(folder, parts=frozenset({KAFKA, POSTGRES}), services=("talent",))
        issuer = {"ACADEMY_OIDC_ISSUER": "http://127.0.0.1:1", "ACADEMY_SMTP": "127.0.0.1:1"}
        told = issuer | {"ACADEMY_KAFKA_CERTIFICATE": str(broker), "ACADEMY_KAFKA_AUTHORITY": str(authority)}
        async with Platform(replace(plain, environment=dict(plain.environment) | told)) as platform:
            talent, admin = platform.kafka_as("talent"), platform.kafka_as_admin
            assert talent.protocol == "SASL_SSL"
            assert (await Access(admin).drift([], users=["talent"])).undeclared
            await _sends(platform)
            async with Admin(talent) as asked:
                await eventually(lambda: _nothing_unread(asked))
            with pytest.raises(KafkaUnavailable):
                async with asyncio.timeout(PATIENCE), Admin(replace(talent, authority=None)):
                    pass


async def _nothing_unread(admin: Admin) -> bool:
    return await admin.lag("talent", ["enrolment.learners"]) == 0


async def _sends(platform: Platform) -> None:
    producer = Producer(platform.kafka_as_admin)
    await producer.start()
    batch = producer.batch()
    batch.add(b"k", b"no event", [])
    await producer.send("enrolment.learners", 0, batch)
    await producer.stop()
    assert len(await records(platform.kafka_as("talent"), "enrolment.learners")) == 1
