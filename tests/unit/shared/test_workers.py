"""A worker that is told to stop ends, and its round with it."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import cast

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from shared import workers
from shared.clock import SystemClock
from shared.postgres.database import Database, PostgresUnavailable
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


def failed_rounds() -> float:
    return REGISTRY.get_sample_value("academy_work_failed_total", {"worker": "release"}) or 0


@pytest.mark.parametrize(
    ("every", "error", "logged", "seconds"),
    [
        (timedelta(seconds=30), RuntimeError(), "worker_failed", 30),
        (timedelta(seconds=0.2), RuntimeError(), "worker_failed", 1),
        (timedelta(hours=1), RuntimeError(), "worker_failed", 60),
        (timedelta(seconds=30), PostgresUnavailable(), "worker_waits", 1),
    ],
)
async def test_what_fails_of_itself_waits_as_if_nothing_were_due_and_an_outage_a_second(
    monkeypatch: pytest.MonkeyPatch, every: timedelta, error: Exception, logged: str, seconds: float
) -> None:
    stop, slept, sleep, ours = asyncio.Event(), list[float](), asyncio.sleep, asyncio.current_task()

    def pause(for_seconds: float) -> Coroutine[None, None, None]:
        """What other tasks of the run sleep is theirs."""
        if asyncio.current_task() is not ours:
            return sleep(for_seconds)
        slept.append(for_seconds)
        stop.set()
        return sleep(0)

    async def run(_: WorkerContext) -> int:
        raise error

    before = failed_rounds()
    monkeypatch.setattr(asyncio, "sleep", pause)
    with capture_logs() as logs:
        await work(Worker("release", every, run), CONTEXT, stop)
    assert [line["event"] for line in logs if line.get("worker") == "release"] == [logged]
    assert slept == [seconds]
    assert failed_rounds() - before == (logged == "worker_failed")
