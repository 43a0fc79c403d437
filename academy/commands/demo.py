"""`academy demo`: up, the year lived again, the review printed; then stay for a look around."""

import os
import sys

import typer
from rich.console import Console

from academy.commands.choices import AsJson, ClockChoice, plan_for
from academy.commands.hosting import Body, host, until_stopped
from academy.commands.output import addresses_table, console
from academy.local.layout import ROOT, Plan
from academy.local.platform import Platform
from academy.local.processes import Child, Command

REPLAY = "reach-2020-21"


def demo(*, as_json: AsJson = False) -> None:
    """Start everything, replay 2020/21, print the review, stay; with ONCE=1 or no terminal stop with its exit code."""
    out = console(as_json=as_json)
    plan = plan_for(clock=ClockChoice.replay)
    once = bool(os.environ.get("ONCE")) or not sys.stdin.isatty()
    raise typer.Exit(host(plan, out, _body(plan, out, once=once, as_json=as_json)))


def _body(plan: Plan, out: Console, *, once: bool, as_json: bool) -> Body:
    async def live_again(platform: Platform) -> int:
        code = await _academy(plan, "replay", REPLAY) or await _academy(
            plan, "review", *(["--json"] if as_json else [])
        )
        if once:
            return code
        out.print(addresses_table(plan.folder.read()))
        out.print(f"\nHave a look: {platform.address('gateway')}/   (Ctrl-C stops everything)")
        return await until_stopped(platform) or code

    return live_again


async def _academy(plan: Plan, *arguments: str) -> int:
    """Another verb as a child of ours, on our console, so that a Ctrl-C ends it too."""
    environment = dict(plan.environment) | {"ACADEMY_STATE": str(plan.folder.path)}
    child = Child(Command(arguments[0], (sys.executable, "-m", "academy", *arguments), None, environment, folder=ROOT))
    try:
        return await child.ended()
    finally:
        await child.stop()
