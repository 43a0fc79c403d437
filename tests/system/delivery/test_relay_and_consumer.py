"""From a committed command to its effect in another database, over real Kafka."""

import asyncio
from uuid import uuid4

from shared.postgres.database import Transaction
from tests.support.delivery import (
    Bus,
    announce,
    consuming,
    effects,
    eventually,
    keys_in,
    numbered,
    relaying,
    unhurried,
)


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


async def test_what_took_its_number_early_and_commits_late_is_still_sent(bus: Bus) -> None:
    late, *others = keys_in(5, 4)
    numbered_by_now, others_are_through = asyncio.Event(), asyncio.Event()

    async def command(tx: Transaction) -> None:
        await unhurried(tx)
        await announce(tx, numbered(late, 0))
        await tx.flush()
        numbered_by_now.set()
        await others_are_through.wait()

    async with relaying(bus.writer_address, bus.kafka, bus.prefix), consuming(bus.reader, bus.kafka, bus.prefix):
        open_transaction = asyncio.create_task(bus.writer.run(command))
        await numbered_by_now.wait()
        await bus.writer.run(announce, *(numbered(key, 0) for key in others))

        async def through() -> bool:
            return (await effects(bus.reader)).keys() == {str(key) for key in others}

        await eventually(through)
        others_are_through.set()
        await open_transaction

        async def sent() -> bool:
            return (await effects(bus.reader)).get(str(late)) == ["0"]

        await eventually(sent)


async def test_a_poison_event_holds_its_own_key_only(bus: Bus) -> None:
    sick, well = uuid4(), uuid4()
    poison = numbered(sick, 1).model_copy(update={"recording_ref": "poison"})
    async with relaying(bus.writer_address, bus.kafka, bus.prefix), consuming(bus.reader, bus.kafka, bus.prefix):
        await bus.writer.run(
            announce, numbered(sick, 0), poison, numbered(sick, 2), numbered(well, 0), numbered(well, 1)
        )

        async def all_is_handled() -> bool:
            """The sick key's lane may come after the well one's."""
            aside = await bus.reader.read(lambda tx: tx.fetchval("select count(*) from deferred"))
            return aside == 2 and (await effects(bus.reader)).get(str(well)) == ["0", "1"]

        await eventually(all_is_handled)
    assert (await effects(bus.reader))[str(sick)] == ["0"]
