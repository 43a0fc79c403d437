"""A record that Kafka will not take is parked alone, until somebody has fixed the reason."""

import asyncio
from uuid import UUID

from shared.messaging.kafka import Admin, NewTopic
from shared.postgres.database import Transaction
from tests.support.delivery import TOPIC, Bus, announce, configure, eventually, keys_in, numbered, relaying, unsent
from tests.support.reading import versions

LIMIT = {"max.message.bytes": "60000"}


async def retry_parked(tx: Transaction) -> None:
    """What the verb `retry` does."""
    await tx.execute("update outbox set parked_at = null")


async def parked(bus: Bus) -> list[tuple[str, int, str]]:
    async def read(tx: Transaction) -> list[tuple[str, int, str]]:
        rows = await tx.fetch("select key, version, last_error from outbox where parked_at is not null")
        return [(row["key"], row["version"], row["last_error"]) for row in rows]

    return await bus.writer.read(read)


async def write_around_a_large_one(bus: Bus, sick: UUID, well: list[UUID]) -> None:
    large = numbered(sick, 2).model_copy(update={"recording_ref": "x" * 80_000})
    await bus.writer.run(announce, numbered(sick, 1), *(numbered(key, 1) for key in well))
    await bus.writer.run(announce, large)
    await bus.writer.run(announce, numbered(sick, 3), *(numbered(key, 2) for key in well))


async def test_a_refused_record_is_parked_alone_its_key_held_and_its_lane_flows(bus: Bus) -> None:
    sick, *well = keys_in(7, 6)
    await configure(bus.kafka, bus.topic, LIMIT)
    await write_around_a_large_one(bus, sick, well)
    flowing = {str(key): [1, 2] for key in well}

    async def only_the_sick_key_is_left() -> bool:
        return await unsent(bus.writer) == [(str(sick), 2), (str(sick), 3)]

    async def nothing_is_left() -> bool:
        return not await unsent(bus.writer)

    async with relaying(bus.writer_address, bus.kafka, bus.prefix):
        await eventually(only_the_sick_key_is_left)
        await eventually(lambda: parked(bus))
        assert await parked(bus) == [(str(sick), 2, "MessageSizeTooLargeError")]
        await bus.writer.run(announce, *(numbered(key, 3) for key in well))
        await eventually(only_the_sick_key_is_left)
        await configure(bus.kafka, bus.topic, {"max.message.bytes": "1000000"})
        await asyncio.gather(bus.writer.run(retry_parked), bus.writer.run(announce, numbered(sick, 4)))
        await eventually(nothing_is_left)
    everything = {key: [*found, 3] for key, found in flowing.items()} | {str(sick): [1, 2, 3, 4]}
    assert await versions(bus.kafka, bus.topic) == everything


async def test_lanes_a_topic_has_no_partitions_for_wait_and_the_others_flow(bus: Bus) -> None:
    prefix = f"{bus.prefix}few."
    async with Admin(bus.kafka) as admin:
        await admin.create([NewTopic(prefix + TOPIC, 3, 1)])
    without = [str(keys_in(lane, 1)[0]) for lane in range(3, 12)]
    await bus.writer.run(announce, *(numbered(keys_in(lane, 1)[0], 1) for lane in range(12)))

    async def only_those_are_left() -> bool:
        return sorted(await unsent(bus.writer)) == sorted((key, 1) for key in without)

    async with relaying(bus.writer_address, bus.kafka, prefix):
        await eventually(only_those_are_left)
        await bus.writer.run(announce, numbered(keys_in(0, 1)[0], 2))
        await eventually(only_those_are_left)
    assert await parked(bus) == []
