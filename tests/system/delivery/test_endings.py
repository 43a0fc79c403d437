"""A client of Kafka's that never ran, or only half, ends like any other; real Kafka."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from academy.operations.kafka_log import Log
from shared.messaging.cluster import Cluster
from shared.messaging.endings import end_consumer
from shared.messaging.kafka import Admin, Tape, end_offsets
from tests.support.delivery import eventually

NO_GROUP, NO_TOPIC = "a-group-nobody-joined", "a-topic-nobody-made"


def of_aiokafka() -> set["asyncio.Task[Any]"]:
    return {task for task in asyncio.all_tasks() if any("aiokafka" in f.f_code.co_filename for f in task.get_stack())}


async def test_a_consumer_that_never_ran_ends_with_its_connections(kafka: Cluster) -> None:
    """Between `start()` and the end nothing of it had a turn."""
    before = of_aiokafka()
    consumer: Any = AIOKafkaConsumer(**kafka.client())
    await consumer.start()
    await end_consumer(consumer)
    assert not consumer._client._conns
    assert of_aiokafka() <= before


async def test_a_service_that_listens_to_nobody_lags_behind_nothing(kafka: Cluster) -> None:
    """As enrolment's delivery report asks."""
    assert await end_offsets(kafka, []) == {}
    async with Admin(kafka) as admin:
        assert await admin.lag(NO_GROUP, []) == 0


async def _ends_of_no_topic(kafka: Cluster) -> None:
    await end_offsets(kafka, [NO_TOPIC])


async def _tape_of_no_topic(kafka: Cluster) -> None:
    async with Tape(kafka, NO_TOPIC, 0):
        pass


async def _log_of_nobody(kafka: Cluster) -> None:
    async with Log(kafka):
        await asyncio.Event().wait()


@pytest.mark.parametrize("question", [_ends_of_no_topic, _tape_of_no_topic, _log_of_nobody])
async def test_a_question_that_is_cancelled_stays_so_and_leaves_nothing(
    kafka: Cluster, question: Callable[[Cluster], Coroutine[Any, Any, None]]
) -> None:
    """It is when the client has met the cluster and waits for an answer."""
    before = of_aiokafka()
    asking = asyncio.create_task(question(kafka))
    await eventually(lambda: any("_md_synchronizer" in repr(task) for task in of_aiokafka() - before))
    asking.cancel()
    await asyncio.wait((asking,))
    assert asking.cancelled()
    await eventually(lambda: of_aiokafka() <= before)
