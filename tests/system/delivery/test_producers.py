"""However a producer's end or beginning is cut short, nothing of it goes on; real Kafka."""

import asyncio
from typing import Any

import pytest
from aiokafka.producer.message_accumulator import MessageAccumulator

from shared.messaging.cluster import Cluster
from shared.messaging.producer import Producer
from tests.support.delivery import Bus, announce, configure, eventually, keys_in, numbered, relaying

NOBODY = Cluster("127.0.0.1:1")
KEY = keys_in(3, 1)[0]


def of_aiokafka() -> set["asyncio.Task[Any]"]:
    """Senders, and whatever else aiokafka has running."""
    return {task for task in asyncio.all_tasks() if any("aiokafka" in f.f_code.co_filename for f in task.get_stack())}


async def cut_short(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait((task,))
    assert task.cancelled()


async def test_a_stop_that_is_cancelled_still_ends_the_sender(kafka: Cluster) -> None:
    before = of_aiokafka()
    producer = Producer(kafka)
    await producer.start()
    stopping = asyncio.create_task(producer.stop())
    await asyncio.sleep(0)
    await cut_short(stopping)
    await eventually(lambda: of_aiokafka() <= before)


async def test_a_start_that_is_cancelled_leaves_nothing(kafka: Cluster) -> None:
    """It is cut short when it has met the cluster and still has to get its producer id."""
    before = of_aiokafka()
    starting = asyncio.create_task(Producer(kafka).start())
    while not any("_md_synchronizer" in repr(task) for task in of_aiokafka() - before):  # noqa: ASYNC110 nobody tells
        await asyncio.sleep(0)
    await cut_short(starting)
    assert of_aiokafka() <= before


async def test_when_a_replacement_cannot_start_no_sender_is_left(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its predecessor is slow to stop: aiokafka waits for batches that are never delivered."""
    delivered = asyncio.Event()

    async def wait_for_batches(_: MessageAccumulator) -> None:
        await delivered.wait()

    monkeypatch.setattr(MessageAccumulator, "close", wait_for_batches)
    before, made = of_aiokafka(), list[Producer]()

    def new_producer(cluster: Cluster) -> Producer:
        made.append(Producer(NOBODY if made else cluster))
        return made[-1]

    async def replaced() -> bool:
        await bus.writer.run(announce, numbered(KEY, 1).model_copy(update={"recording_ref": "x" * 80_000}))
        return len(made) > 1

    await configure(bus.kafka, bus.topic, {"max.message.bytes": "60000"})
    async with relaying(bus.writer_address, bus.kafka, bus.prefix, new_producer=new_producer):
        await eventually(replaced)
    assert of_aiokafka() <= before
    delivered.set()
