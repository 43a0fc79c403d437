"""`academy down`: stop a platform started elsewhere."""

import asyncio
from collections.abc import Sequence

import typer

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import OK, console, print_json
from academy.cli.screen import Screen
from academy.local.processes import is_same_process, stop_process
from academy.local.state import StateFolder

_GRACE_SECONDS = 90.0


def down(*, as_json: AsJson = False) -> None:
    """Stop the platform of this folder, and whatever a killed one left."""
    out = console(as_json=as_json)
    folder = state_folder()
    stopped = asyncio.run(stop_all(folder))
    if as_json:
        print_json({"stopped": stopped})
    tell_stopped(stopped, folder, out)
    raise typer.Exit(OK)


def tell_stopped(stopped: Sequence[str], folder: StateFolder, out: Screen) -> None:
    """By name, or where nothing ran."""
    out.print(f"stopped: {', '.join(stopped)}" if stopped else f"nothing was running in {folder.path}")


async def stop_all(folder: StateFolder) -> list[str]:
    """All that ran: the supervisor first, which stops its parts in order; then any part that outlived it."""
    parts = folder.read().parts
    running = {
        name: (part.pid, part.started_at)
        for name, part in parts.items()
        if part.pid is not None and part.started_at is not None and is_same_process(part.pid, part.started_at)
    }
    for name in sorted(running, key=lambda name: name != "supervisor"):
        await stop_process(*running[name], grace_seconds=_GRACE_SECONDS)
    return list(running)
