"""`academy down`: stop a platform started elsewhere."""

import asyncio

import typer

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import OK, console, print_json
from academy.local.processes import stop_process
from academy.local.state import StateFolder

_GRACE_SECONDS = 90.0


def down(*, as_json: AsJson = False) -> None:
    """Stop the platform of this folder, and whatever a killed one left."""
    out = console(as_json=as_json)
    stopped = asyncio.run(stop_all(state_folder()))
    if as_json:
        print_json({"stopped": stopped})
    out.print(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
    raise typer.Exit(OK)


async def stop_all(folder: StateFolder) -> list[str]:
    """The supervisor first, which stops its parts in order; then any part that outlived it."""
    parts = folder.read().parts
    stopped: list[str] = []
    for name in sorted(parts, key=lambda name: name != "supervisor"):
        part = parts[name]
        if part.pid is None or part.started_at is None:
            continue
        if await stop_process(part.pid, part.started_at, grace_seconds=_GRACE_SECONDS):
            stopped.append(name)
    return stopped
