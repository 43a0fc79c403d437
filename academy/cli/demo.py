"""`academy demo`: up, the year replayed, the review printed; then stay for a look around."""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

import typer

from academy.cli.choices import AsJson, ClockChoice, plan_for
from academy.cli.hosting import Body, host, until_stopped
from academy.cli.output import MISMATCH, addresses_table, console
from academy.cli.screen import Screen
from academy.hints import as_called
from academy.local.layout import ROOT, Plan
from academy.local.platform import Platform
from academy.local.processes import Child, Command
from academy.local.replayed import replaying, services_here

REPLAY = "reach-2020-21"


def demo(*, as_json: AsJson = False) -> None:
    """Start everything, replay 2020/21, print the review, stay; with ONCE=1 or no terminal stop with its exit code."""
    out = console(as_json=as_json)
    plan = plan_for(clock=ClockChoice.replay)
    once = bool(os.environ.get("ONCE")) or not sys.stdin.isatty()
    raise typer.Exit(host(plan, out, _body(plan, out, once=once, as_json=as_json), cut_short=MISMATCH))


def _body(plan: Plan, out: Screen, *, once: bool, as_json: bool) -> Body:
    async def replayed(platform: Platform) -> int:
        code = await _year(plan, out, as_json=as_json)
        if once:
            return code
        state = plan.folder.read()
        out.print(addresses_table(state))
        out.print()
        if time := await replaying(services_here(state)):
            out.print(as_called(f"{time}; `academy clock set now` ends the replay"))
        out.print(f"Have a look: {platform.address('gateway')}/   (Ctrl-C stops everything)")
        with suppress(asyncio.CancelledError):  # Ctrl-C is how a look around ends, the review's verdict stands
            await until_stopped(platform)
        return code

    return replayed


async def _year(plan: Plan, out: Screen, *, as_json: bool) -> int:
    """Replayed, then reviewed; with JSON asked for, the review's document is all that standard output gets."""
    replayed = await _academy(plan, out, plan.folder.log("replay") if as_json else None, "replay", REPLAY)
    return replayed or await _academy(plan, out, None, "review", *(["--json"] if as_json else []))


async def _academy(plan: Plan, out: Screen, log: Path | None, *arguments: str) -> int:
    """Another verb as a child of ours, on our console unless it has a log, so that a Ctrl-C ends it too."""
    environment = dict(plan.environment) | {"ACADEMY_STATE": str(plan.folder.path)}
    argv = (sys.executable, "-m", "academy", *arguments)
    child = Child(Command(arguments[0], argv, log, environment, folder=ROOT))
    try:
        return await child.ended()
    finally:
        await child.stop()
        out.show_cursor()  # a progress bar that was cut off had hidden it
