"""From a committed command to its effect in another database, over real Kafka."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from shared.contracts.topics import Topic
from shared.messaging import topics
from shared.postgres.database import Database
from tests.support.databases import connected, fresh_database
from tests.support.delivery import (
    TOPIC,
    announce,
    consuming,
    effects,
    eventually,
    make_effects,
    numbered,
    relaying,
)


@dataclass(frozen=True, slots=True)
class Bus:
    """A writer's and a reader's database, and Kafka between them under a prefix of its own."""

    writer: Database
    writer_address: str
    reader: Database
    kafka: str
    prefix: str


@pytest.fixture
async def bus(postgres_admin: str, kafka: str) -> AsyncGenerator[Bus]:
    prefix = f"t{uuid4().hex[:8]}."
    declared = (Topic(TOPIC, "open", ""), *topics.dead_letters("adder", [TOPIC]))
    assert await topics.apply(kafka, declared, prefix=prefix) == {}
    async with (
        fresh_database(postgres_admin, "shared") as writing,
        fresh_database(postgres_admin, "shared") as reading,
        connected(writing) as writer,
        connected(reading) as reader,
    ):
        await reader.run(make_effects)
        yield Bus(writer, writing, reader, kafka, prefix)


async def test_every_committed_event_takes_effect_once_and_in_order(bus: Bus) -> None:
    keys = [uuid4() for _ in range(40)]

    async def write(round_: int) -> None:
        await bus.writer.run(announce, *(numbered(key, round_) for key in keys))

    async with relaying(bus.writer_address, bus.kafka, bus.prefix), consuming(bus.reader, bus.kafka, bus.prefix):
        for round_ in range(25):
            await write(round_)

        async def all_there() -> bool:
            return sum(map(len, (await effects(bus.reader)).values())) >= 1000

        await eventually(all_there)
    found = await effects(bus.reader)
    assert found == {str(key): [str(n) for n in range(25)] for key in keys}


async def test_two_relays_share_the_lanes_and_lose_nothing_when_one_goes(bus: Bus) -> None:
    keys = [uuid4() for _ in range(30)]
    async with (
        consuming(bus.reader, bus.kafka, bus.prefix),
        relaying(bus.writer_address, bus.kafka, bus.prefix),
    ):
        async with relaying(bus.writer_address, bus.kafka, bus.prefix):
            await asyncio.sleep(2.5)
            for round_ in range(10):
                await bus.writer.run(announce, *(numbered(key, round_) for key in keys))
        for round_ in range(10, 20):
            await bus.writer.run(announce, *(numbered(key, round_) for key in keys))

        async def all_there() -> bool:
            return sum(map(len, (await effects(bus.reader)).values())) >= 600

        await eventually(all_there)
    assert await effects(bus.reader) == {str(key): [str(n) for n in range(20)] for key in keys}


async def test_a_poison_event_holds_its_own_key_only(bus: Bus) -> None:
    sick, well = uuid4(), uuid4()
    poison = numbered(sick, 1).model_copy(update={"recording_ref": "poison"})
    async with relaying(bus.writer_address, bus.kafka, bus.prefix), consuming(bus.reader, bus.kafka, bus.prefix):
        await bus.writer.run(
            announce, numbered(sick, 0), poison, numbered(sick, 2), numbered(well, 0), numbered(well, 1)
        )

        async def well_is_done() -> bool:
            return (await effects(bus.reader)).get(str(well)) == ["0", "1"]

        await eventually(well_is_done)
    assert (await effects(bus.reader))[str(sick)] == ["0"]
