"""`academy status`: what runs, and whether it is well."""

import asyncio

import typer

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import MISMATCH, OK, console, print_json, rows_table
from academy.cli.screen import Cell, coloured
from academy.hints import as_called
from academy.local.health import PartHealth, healths
from academy.local.replayed import replaying, services_here
from academy.local.state import State


def status(*, as_json: AsJson = False) -> None:
    """Show every part with its health; 1 when any is not well or none runs."""
    out, folder = console(as_json=as_json), state_folder()
    state = folder.read()
    found, time = asyncio.run(_look(state))
    if as_json:
        rows = [{"name": f.name, "address": f.address, "pid": f.pid, "health": f.health} for f in found]
        print_json({"ready": state.ready, "clock": state.clock, "replaying": time, "parts": rows})
    elif not found:
        out.print(as_called(f"nothing runs in {folder.path}; `academy up` starts it"))
    else:
        out.print(rows_table(("part", "address", "pid", "health"), (_cells(f) for f in found)))
        if time:
            out.print()
            out.print(as_called(f"{time}; `academy clock set now` ends the replay"))
    raise typer.Exit(OK if found and all(f.well for f in found) else MISMATCH)


async def _look(state: State) -> tuple[list[PartHealth], str | None]:
    return await healths(state), await replaying(services_here(state))


def _cells(found: PartHealth) -> tuple[Cell, ...]:
    health = coloured((found.health, "green" if found.well else "red"))
    return found.name, found.address, str(found.pid or ""), health
