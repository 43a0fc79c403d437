"""A worker that is told to stop ends, and its round with it."""

import asyncio
from datetime import timedelta
from typing import cast

import pytest

from shared import workers
from shared.clock import SystemClock
from shared.postgres.database import Database
from shared.workers import Worker, WorkerContext, work

CONTEXT = WorkerContext(cast("Database", None), SystemClock(), None)


async def test_a_round_that_is_under_way_comes_to_its_end() -> None:
    stop, begun, goes_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def run(_: WorkerContext) -> int:
        begun.set()
        await goes_on.wait()
        ended.set()
        return 1

    working = asyncio.create_task(work(Worker("slow", timedelta(), run), CONTEXT, stop))
    await begun.wait()
    stop.set()
    await asyncio.sleep(0)
    goes_on.set()
    await working
    assert ended.is_set()


async def test_a_round_that_comes_to_no_end_is_cancelled_and_ends_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "ROUND_ENDS", 0.01)
    stop, begun, tidied = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def run(_: WorkerContext) -> int:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            tidied.set()
        return 0

    working = asyncio.create_task(work(Worker("endless", timedelta(), run), CONTEXT, stop))
    await begun.wait()
    stop.set()
    await working
    assert tidied.is_set()


async def test_a_round_that_is_cancelled_while_nobody_stops_the_worker_is_no_end_of_a_round() -> None:
    async def run(_: WorkerContext) -> int:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await work(Worker("cancelled", timedelta(), run), CONTEXT, asyncio.Event())
