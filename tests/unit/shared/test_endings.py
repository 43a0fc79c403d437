"""Whatever a client's end meets, the rest of it is ended too, and only our own cancellation is one."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.messaging.endings import Step, ended


async def never_ran() -> None:
    """As aiokafka's `stop()` does to a task that had no turn yet."""
    task = asyncio.ensure_future(asyncio.sleep(0))
    task.cancel()
    await task


async def brokers_away() -> None:
    raise KafkaConnectionError("no broker")


async def for_ever() -> None:
    await asyncio.Event().wait()


def noting(done: list[str]) -> Step:
    async def step() -> None:
        done.append("ended")

    return step


@pytest.mark.parametrize("step", [never_ran, brokers_away, for_ever])
async def test_a_step_that_fails_keeps_no_other_from_being_taken(step: Step) -> None:
    done = list[str]()
    await ended(step, noting(done), seconds=0.1)
    assert done == ["ended"]


async def test_what_is_wrong_with_a_step_is_told_after_the_others() -> None:
    done = list[str]()

    async def wrong() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await ended(wrong, noting(done))
    assert done == ["ended"]


async def test_our_own_cancellation_goes_on_when_the_steps_are_taken() -> None:
    done, begun, may_end = list[str](), asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await may_end.wait()

    ending = asyncio.create_task(ended(slow, noting(done)))
    await begun.wait()
    ending.cancel()
    await _turns()
    assert (ending.done(), done) == (False, [])
    may_end.set()
    await asyncio.wait((ending,))
    assert (ending.cancelled(), done) == (True, ["ended"])


async def test_a_second_cancellation_waits_for_nothing() -> None:
    ending = asyncio.create_task(ended(for_ever))
    for _ in range(2):
        await _turns()
        ending.cancel()
    await asyncio.wait((ending,))
    assert ending.cancelled()


async def test_a_step_that_withstands_its_cancellation_is_cancelled_again() -> None:
    met = list[BaseException]()

    async def stubborn() -> None:
        for _ in range(2):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError as error:
                met.append(error)

    await ended(stubborn, seconds=0.1)
    assert len(met) == 2


async def _turns() -> None:
    """Let every task have its turn, and those it began."""
    for _ in range(10):
        await asyncio.sleep(0)
