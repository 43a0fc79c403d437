"""What runs on its own: a worker is called again at once while there is work, and when the replayed clock jumps."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from shared.clock import Clock, SystemClock
from shared.observability import metrics
from shared.observability.logs import get_logger, where
from shared.postgres.database import INFRASTRUCTURE, Database

UNAVAILABLE_PAUSE = 1.0
"""Seconds while Postgres is away; what failed of itself waits no less."""
LONGEST_PAUSE = 60.0
"""Seconds that what failed of itself waits at most, however seldom it runs: so that its alert hears of it again."""
ROUND_ENDS = 10.0
"""Seconds a round has to come to its end once the worker is told to stop; then it is cancelled."""
WALL = SystemClock()

_UNAVAILABLE, _FAILED = -1, -2
"""What a round has done that ended in an error."""


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What a worker works with; `settings` is what the service's own settings factory made."""

    db: Database
    clock: Clock
    settings: Any

    @property
    def now(self) -> datetime:
        """The moment it is for the service: replayed or real."""
        return self.clock.now()


Run: TypeAlias = Callable[[WorkerContext], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Worker:
    """`run` does what is due and returns how much that was; several instances of it may run at once.

    `pace` is what it waits by: work of the academy's year also runs when the replayed clock jumps, upkeep never does.
    """

    name: str
    every: timedelta
    run: Run
    pace: Literal["academy", "wall"] = "academy"


async def work(worker: Worker, context: WorkerContext, stop: asyncio.Event) -> None:
    """Run the worker until `stop`; an error costs one round, never the worker."""
    while not stop.is_set():
        done = await _until_stop(_round(worker, context), stop)
        if done <= 0:
            await _rest(_pause(worker, context, done), stop)


def _pause(worker: Worker, context: WorkerContext, done: int) -> Awaitable[None]:
    """What failed of itself fails again, perhaps after seconds of work: it waits as if nothing were due."""
    every = worker.every.total_seconds()
    if done == _UNAVAILABLE:
        return asyncio.sleep(UNAVAILABLE_PAUSE)
    if done == _FAILED:
        return asyncio.sleep(min(max(every, UNAVAILABLE_PAUSE), LONGEST_PAUSE))
    return (context.clock if worker.pace == "academy" else WALL).wait_for_tick(every)


async def _until_stop(running: Coroutine[None, None, int], stop: asyncio.Event) -> int:
    """How much the round did; it is cancelled when it takes too long over its end, and then ends in its own way.

    CancelledError when something else cancelled it, which is for the process to end of.
    """
    round_, stopped = asyncio.create_task(running), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((round_, stopped), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait((round_,), timeout=ROUND_ENDS)
    finally:
        round_.cancel()
        stopped.cancel()
        await asyncio.wait((round_, stopped))
    return 0 if stop.is_set() and round_.cancelled() else round_.result()


async def _round(worker: Worker, context: WorkerContext) -> int:
    """How much was done; negative when the round ended in an error."""
    try:
        done = await worker.run(context)
    except INFRASTRUCTURE as error:
        get_logger().warning("worker_waits", worker=worker.name, cause=where(error))
        return _UNAVAILABLE
    except Exception as error:  # noqa: BLE001 the next round may fare better; the metric tells
        metrics.WORK_FAILED.labels(worker.name).inc()
        get_logger().error("worker_failed", worker=worker.name, cause=where(error))
        return _FAILED
    metrics.WORK_DONE.labels(worker.name).inc(done)
    return done


async def _rest(resting: Awaitable[None], stop: asyncio.Event) -> None:
    """Rest until it is over or `stop` is set."""
    tasks = (asyncio.ensure_future(resting), asyncio.ensure_future(stop.wait()))
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, *INFRASTRUCTURE):
            await task
