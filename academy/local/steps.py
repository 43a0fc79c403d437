"""An ordered start: each step begins when those it needs have ended; what needs nothing of each other runs together."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from academy.local.supervisor import Reporter


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `needs` are names of steps, and those not taken this time count as done."""

    name: str
    run: Callable[[], Awaitable[None]]
    needs: tuple[str, ...] = ()


async def take(steps: list[Step], reporter: Reporter) -> None:
    """All steps in order of need; the first failure cancels the rest and is raised itself."""
    done = {step.name: asyncio.Event() for step in steps}
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(_one(step, done, reporter))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def _one(step: Step, done: dict[str, asyncio.Event], reporter: Reporter) -> None:
    for need in step.needs:
        if need in done:
            await done[need].wait()
    began = time.monotonic()
    reporter.step_started(step.name)
    await step.run()
    reporter.step_finished(step.name, time.monotonic() - began)
    done[step.name].set()
