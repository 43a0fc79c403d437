"""Whatever stands in a topic, a real consumer comes past it: sound events take effect, and it is dead-lettered."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from shared.messaging import wire
from shared.messaging.kafka import Admin
from shared.messaging.record_batches import LARGEST_RECORD, MOST_UNPACKED
from tests.support.batches import HEAD, holding, number, plain, record, sealed
from tests.support.delivery import TOPIC, Bus, consuming, effects, eventually, keys_in, relaying
from tests.support.reading import records
from tests.support.strange import LARGEST, Record, leaps, outcome, sound, standing, strange

pytestmark = pytest.mark.timeout(300)

LANE = 5
NAME = "odd~name"
STRANGE = 200


@asynccontextmanager
async def a_stranger(bus: Bus, **habits: Any) -> AsyncGenerator[Any]:
    """Another system's producer."""
    producer: Any = AIOKafkaProducer(**bus.kafka.client(), max_batch_size=LARGEST + 8_000, **habits)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def send(producer: Any, bus: Bus, batch: Sequence[Record]) -> None:
    """As few batches as will do, in order."""
    builder: Any = producer.create_batch()
    for one in batch:
        if not _added(builder, one):
            await send_batch(producer, bus, builder)
            builder = producer.create_batch()
            assert _added(builder, one)
    await send_batch(producer, bus, builder)


def _added(builder: Any, record: Record) -> bool:
    headers = list(record.headers)
    return builder.append(timestamp=None, key=record.key, value=record.value, headers=headers) is not None


async def send_batch(producer: Any, bus: Bus, builder: Any) -> None:
    builder.close()
    await (await producer.send_batch(builder, bus.topic, partition=LANE))


async def all_read(bus: Bus) -> None:
    """Wait until the reader's group has committed everything."""

    async def nothing_left() -> bool:
        async with Admin(bus.kafka) as admin:
            return await admin.lag(bus.group, [bus.topic]) == 0

    await eventually(nothing_left)


async def test_sound_events_take_effect_among_whatever_others_write(bus: Bus) -> None:
    keys, odd = keys_in(LANE, 10), strange(STRANGE)
    mixed = [[*(sound(key, n) for key in keys), *odd[n - 1 :: 5]] for n in range(1, 6)]
    async with a_stranger(bus) as producer:
        for batch in mixed:
            await send(producer, bus, batch)
    async with consuming(bus.reader, bus.kafka, bus.prefix), relaying(bus.reader_address, bus.kafka, bus.prefix):
        await all_read(bus)
        await eventually(lambda: _all_letters_sent(bus))
    found = await effects(bus.reader)
    assert {str(key): found.get(str(key)) for key in keys} == {str(key): list("12345") for key in keys}
    await each_is_an_event_or_kept_once(bus)


async def _all_letters_sent(bus: Bus) -> bool:
    return not await bus.reader.read(lambda tx: tx.fetchval("select count(*) from outbox"))


async def each_is_an_event_or_kept_once(bus: Bus) -> None:
    written = await records(bus.kafka, bus.topic)
    decoded = [wire.decode(record, TOPIC) for record in written]
    cursors, aside = await bus.reader.read(outcome)
    believed = [d for d in decoded if isinstance(d, wire.Event) and not leaps(d)]
    assert [d for d in believed if not standing(d, cursors, aside)] == []
    disbelieved = [d.raw if isinstance(d, wire.Event) else d for d in decoded if d not in believed]
    unread = sorted(f"{TOPIC}/{LANE}/{raw.offset}" for raw in disbelieved if raw)
    kept = await bus.reader.read(lambda tx: tx.fetch('select topic, partition, "offset" from undecodable_record'))
    assert sorted("/".join(map(str, row)) for row in kept) == unread
    letters = [dict(record.headers).get("ce_originplace") for record in await records(bus.kafka, bus.dead_letters)]
    assert sorted(place.decode() for place in letters if place) == unread


async def pass_by(bus: Bus, *, undecodable: int = 0) -> None:
    """The two events of a sound key take effect, and so many records are dead-lettered."""
    [key] = keys_in(LANE, 1)

    async def passed() -> bool:
        kept = await bus.reader.read(lambda tx: tx.fetchval("select count(*) from undecodable_record"))
        return (kept, (await effects(bus.reader)).get(str(key))) == (undecodable, ["1", "2"])

    async with consuming(bus.reader, bus.kafka, bus.prefix):
        await eventually(passed)


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_a_batch_compressed_in_any_way_is_read(bus: Bus, codec: str) -> None:
    [key] = keys_in(LANE, 1)
    async with a_stranger(bus, compression_type=codec) as producer:
        await send(producer, bus, [sound(key, 1), sound(key, 2)])
    await pass_by(bus)


async def test_nothing_at_all_and_a_transaction_given_up_are_passed_by(bus: Bus) -> None:
    [key, other] = keys_in(LANE, 2)
    async with a_stranger(bus, transactional_id=bus.prefix) as producer:
        await producer.begin_transaction()
        await send(producer, bus, [sound(key, 1), Record(None, None, ()), Record(b"", None, ()), Record(b"k", b"", ())])
        await producer.commit_transaction()
        await producer.begin_transaction()
        await send(producer, bus, [sound(other, 1), Record(None, None, ())])
        await producer.abort_transaction()
        await producer.begin_transaction()
        await send(producer, bus, [sound(key, 2)])
        await producer.commit_transaction()
    await pass_by(bus, undecodable=3)
    assert str(other) not in await effects(bus.reader)


@pytest.mark.parametrize("codec", [None, "gzip"])
async def test_a_header_whose_name_is_no_text_stops_nobody(bus: Bus, codec: str | None) -> None:
    [key, other] = keys_in(LANE, 2)
    event = sound(other, 1)
    besides = replace(event, headers=[*event.headers, (NAME, b"?")])
    batch = [sound(key, 1), besides, Record(b"k", b"", [(NAME, b"")])]
    async with a_stranger(bus) as producer:
        await send_bytes(producer, bus, batch_with_a_bad_name(batch, codec))
        await send(producer, bus, [sound(key, 2)])
    await pass_by(bus, undecodable=1)
    assert (await effects(bus.reader))[str(other)] == ["1"]
    headers = await bus.reader.read(lambda tx: tx.fetchval("select headers from undecodable_record"))
    assert headers == [[r"odd\xffname", ""]]


def batch_with_a_bad_name(batch: Sequence[Record], codec: str | None) -> bytes:
    """As a client in C may write it: aiokafka's own producer takes only names that are text."""
    written = plain(batch)
    return sealed(written[:HEAD], written[HEAD:].replace(NAME.encode(), NAME.encode().replace(b"~", b"\xff")), codec)


@pytest.mark.parametrize(
    ("data", "undecodable"),
    [
        (holding(record(head=0x80), 1), 1),
        (holding(record(1_000_000), 1), 1),
        (holding(record() + record(1, length=0), 2, "gzip"), 2),
        (holding(record(value=b"\0" * 2 * LARGEST_RECORD) + record(1), 2, "lz4"), 2),
        (holding(record(value=b"\0" * 2 * MOST_UNPACKED), 1, "zstd"), 1),
        (holding(record(headers=number(20_000_000) + b"\0\0" * 20_000_000), 1, "zstd"), 1),
    ],
    ids=["reserved bits", "another offset", "length", "a large record", "a large batch", "endless headers"],
)
async def test_what_the_broker_takes_and_no_client_reads_stops_nobody(bus: Bus, data: bytes, undecodable: int) -> None:
    [key] = keys_in(LANE, 1)
    async with a_stranger(bus) as producer:
        await send(producer, bus, [sound(key, 1)])
        await send_bytes(producer, bus, data)
        await send(producer, bus, [sound(key, 2)])
    await pass_by(bus, undecodable=undecodable)


async def send_bytes(producer: Any, bus: Bus, data: bytes) -> None:
    builder: Any = producer.create_batch()
    assert builder.append(timestamp=None, key=None, value=b"") is not None
    builder.close()
    builder._buffer = data
    await send_batch(producer, bus, builder)
