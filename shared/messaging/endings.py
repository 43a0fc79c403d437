"""Ending what aiokafka began, however far it came; what it cancels in itself is no cancellation of ours.

A client that never ran, or only half, cancels tasks of its own that had no turn yet, and lets out their CancelledError:
what stands after it in its `stop()` is left undone, and the caller is taken for cancelled. So each step has a task of
its own, where that error ends, and the next step is taken all the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiokafka.errors import KafkaError

Step: TypeAlias = Callable[[], Awaitable[object]]

STEP_SECONDS = 10.0
_AGAIN_SECONDS = 0.5


async def ended(*steps: Step, seconds: float = STEP_SECONDS) -> None:
    """Take every step, one after the other, each for so many seconds at most, whatever it meets of Kafka.

    A cancellation of the caller is not lost: it goes on from here as soon as the steps are taken; a second one at once.
    """
    ending = asyncio.create_task(_take(steps, seconds))
    try:
        await asyncio.wait((ending,))
    except asyncio.CancelledError:
        await asyncio.wait((ending,))
        raise
    ending.result()


async def end_consumer(consumer: Any) -> None:
    """Stop it; and its connections where it was cut short."""
    await ended(consumer.stop, consumer._client.close)  # noqa: SLF001 `stop()` ends nothing the second time


async def end_admin(admin: Any) -> None:
    """Close it, started or not."""
    await ended(admin.close)


async def _take(steps: tuple[Step, ...], seconds: float) -> None:
    failures = [error for step in steps if (error := await _failure(step, seconds))]
    if failures:
        raise failures[0]


async def _failure(step: Step, seconds: float) -> BaseException | None:
    """What is wrong with our code or aiokafka's; that brokers are away, or took too long, is not."""
    task = asyncio.ensure_future(step())
    await asyncio.wait((task,), timeout=seconds)
    await given_up(task)
    error = None if task.cancelled() else task.exception()
    return None if isinstance(error, (KafkaError, OSError, TimeoutError)) else error


async def given_up(task: "asyncio.Future[Any]") -> None:
    """Cancel it until it is done: a sender that is cancelled waits for its requests, until it is again."""
    while not task.done():
        task.cancel()
        await asyncio.wait((task,), timeout=_AGAIN_SECONDS)
