"""Processes that a test starts in order to kill them without warning, or to freeze them."""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.delivery import Bus

ROOT = Path(__file__).parents[2]

_WITHOUT_COMMITS = """
import runpy
from shared.messaging import consumer
consumer.COMMIT_EVERY = 1_000_000
runpy.run_module("tests.support.consuming", run_name="__main__")
"""


class Child:
    """One running process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.returncode

    async def kill(self) -> None:
        """Kill it with -9, and wait until it is gone."""
        self._process.kill()
        await self._process.wait()

    def freeze(self) -> None:
        """Take the processor away from it; its sockets stay open."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it stood."""
        self._process.send_signal(signal.SIGCONT)

    async def ended(self) -> bool:
        """Whether it ended by itself."""
        return self._process.returncode is not None


@asynccontextmanager
async def relay_process(bus: Bus) -> AsyncGenerator[Child]:
    """A relay of the writer's outbox."""
    async with _child("-m", "tests.support.relaying", bus.writer_address, bus.kafka.told(), bus.prefix) as child:
        yield child


@asynccontextmanager
async def consumer_process(bus: Bus, *, commits: bool = True) -> AsyncGenerator[Child]:
    """A member of the reader's group; without `commits` it applies events and never comes to commit an offset."""
    program = ("-m", "tests.support.consuming") if commits else ("-c", _WITHOUT_COMMITS)
    async with _child(*program, bus.reader_address, bus.kafka.told(), bus.prefix) as child:
        yield child


@asynccontextmanager
async def _child(*arguments: str) -> AsyncGenerator[Child]:
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL)
    child = Child(process)
    try:
        yield child
    finally:
        if child.exit_code is None:
            await child.kill()
