"""A process does not live on without one of its tasks."""

import asyncio
import os

import pytest

from shared.runtime import FATAL, _or_die  # pyright: ignore[reportPrivateUsage]


class Ended(BaseException):
    """The process would have ended, with this code."""


@pytest.fixture(autouse=True)
def ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", end)


async def _raise(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("error", [ValueError(), asyncio.CancelledError()])
async def test_a_task_that_ends_unasked_ends_the_process(error: BaseException) -> None:
    with pytest.raises(Ended, match=str(FATAL)):
        await _or_die(_raise(error), asyncio.Event())


async def test_a_task_that_is_cancelled_when_the_process_stops_just_ends() -> None:
    stop = asyncio.Event()
    stop.set()
    with pytest.raises(asyncio.CancelledError):
        await _or_die(_raise(asyncio.CancelledError()), stop)
