"""A part of a measure in a process of its own, so that it competes for a core and never for an event loop.

`python -m bench.child MODULE:FUNCTION` runs `async def function(port, **arguments)` under uvloop, as the services run.
Its arguments are a line of JSON; what it says, and at last what it returns, are others. Its input ends when it is told
to stop.
"""

import asyncio
import importlib
import json
import logging
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import uvloop

from academy.local.layout import ROOT

_LONGEST_LINE = 2**27
_STOP_SECONDS = 60.0


class ChildFailed(Exception):
    """A process of the bench ended without saying what it was asked for."""


class Port:
    """How the function in the child speaks to the bench, and hears that it is to stop."""

    def __init__(self) -> None:
        self.stopped = asyncio.Event()

    def say(self, word: Any) -> None:
        """Send one JSON value."""
        sys.stdout.write(json.dumps(word) + "\n")
        sys.stdout.flush()

    async def listen(self) -> asyncio.StreamReader:
        """What the bench has to say."""
        reader = asyncio.StreamReader(limit=_LONGEST_LINE)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        return reader

    async def watch(self, reader: asyncio.StreamReader) -> None:
        """Set `stopped` at the end of input, which also comes when the bench has died."""
        await reader.read()
        self.stopped.set()


Function: TypeAlias = Callable[..., Awaitable[Any]]


class Child:
    """The bench's end of a child."""

    def __init__(self, process: asyncio.subprocess.Process, name: str) -> None:
        self._process = process
        self._name = name

    async def tell(self, word: Any) -> None:
        """Send one JSON value."""
        assert self._process.stdin is not None  # noqa: S101 for the type checker: we opened it
        self._process.stdin.write(json.dumps(word).encode() + b"\n")
        await self._process.stdin.drain()

    async def hear(self, seconds: float = 300) -> Any:
        """The next thing it says; ChildFailed when it ended instead."""
        assert self._process.stdout is not None  # noqa: S101 for the type checker: we opened it
        line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        if not line:
            raise ChildFailed(f"{self._name} ended with {await self._process.wait()}")
        return json.loads(line)

    async def stop(self) -> Any:
        """Tell it to stop; what it returns."""
        self._close_input()
        return await self.hear()

    async def end(self) -> None:
        """See that it is gone."""
        self._close_input()
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    def _close_input(self) -> None:
        assert self._process.stdin is not None  # noqa: S101 for the type checker: we opened it
        self._process.stdin.close()


@asynccontextmanager
async def child(function: Function, **arguments: Any) -> AsyncGenerator[Child]:
    """Run the module-level `function` in a process of its own until the block is left."""
    name = f"{function.__module__}:{function.__name__}"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        name,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
        cwd=ROOT,
    )
    running = Child(process, name)
    try:
        await running.tell(arguments)
        yield running
    finally:
        await running.end()


async def result_of(function: Function, **arguments: Any) -> Any:
    """What the function returns, run in a process of its own."""
    async with child(function, **arguments) as running:
        return await running.hear()


async def _run(name: str) -> None:
    module, _, function = name.partition(":")
    port = Port()
    reader = await port.listen()
    arguments: dict[str, Any] = json.loads(await reader.readline())
    watching = asyncio.create_task(port.watch(reader))
    port.say(await getattr(importlib.import_module(module), function)(port, **arguments))
    watching.cancel()


if __name__ == "__main__":
    logging.disable()  # what libraries say of themselves is no measure
    uvloop.run(_run(sys.argv[1]))
