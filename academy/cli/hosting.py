"""Hosting a platform in the foreground: whatever ends us, the platform ends first."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from academy.cli.output import MISMATCH, OK, ConsoleReporter, print_log
from academy.cli.screen import Screen, coloured
from academy.hints import as_called
from academy.local.layout import Plan
from academy.local.platform import Platform
from academy.local.processes import PartFailed

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Body = Callable[[Platform], Awaitable[int]]
"""What is done while the platform is up; its result is the exit code."""


def host(plan: Plan, console: Screen, body: Body, *, cut_short: int = OK) -> int:
    """Start, run the body while dead parts are restarted, stop; a signal at any moment cuts straight to the stop.

    `cut_short` is the exit code of a body that a signal ended.
    """
    return asyncio.run(_host(plan, console, body, cut_short))


async def until_stopped(_: Platform) -> int:
    """The body that only waits for Ctrl-C."""
    await asyncio.Event().wait()
    return OK


async def _host(plan: Plan, console: Screen, body: Body, cut_short: int) -> int:
    work = asyncio.ensure_future(_live(plan, console, body))
    loop = asyncio.get_running_loop()
    for number in _ENDING:
        loop.add_signal_handler(number, _cut_short, work, console)
    try:
        return await work
    except asyncio.CancelledError:
        console.print("stopped; nothing is left running")
        return cut_short
    except PartFailed as problem:
        console.print(coloured(("✗", "red")), end=" ")
        print_log(as_called(str(problem)), console)
        return MISMATCH


async def _live(plan: Plan, console: Screen, body: Body) -> int:
    reporter = ConsoleReporter(console)
    platform = Platform(plan, reporter)
    try:
        await platform.start()
    finally:
        reporter.done()
    try:
        console.print(f"up in {reporter.seconds:.1f} s")
        return await _watched(platform, body)
    finally:
        await platform.stop()


async def _watched(platform: Platform, body: Body) -> int:
    watch = asyncio.ensure_future(platform.watch())
    try:
        return await body(platform)
    finally:
        watch.cancel()


def _cut_short(work: "asyncio.Future[int]", console: Screen) -> None:
    """Once is enough: a second Ctrl-C must not interrupt the stopping itself."""
    for number in _ENDING:
        asyncio.get_running_loop().add_signal_handler(number, lambda: None)
    console.print("stopping …")
    work.cancel()
