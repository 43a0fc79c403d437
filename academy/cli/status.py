"""`academy status`: what runs, and whether it is well."""

import asyncio

import typer

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import MISMATCH, OK, console, print_json, rows_table
from academy.cli.screen import Cell, coloured
from academy.local.health import PartHealth, healths


def status(*, as_json: AsJson = False) -> None:
    """Show every part with its health; 1 when any is not well or none runs."""
    out, state = console(as_json=as_json), state_folder().read()
    found = asyncio.run(healths(state))
    if as_json:
        rows = [{"name": f.name, "address": f.address, "pid": f.pid, "health": f.health} for f in found]
        print_json({"ready": state.ready, "clock": state.clock, "parts": rows})
    elif not found:
        out.print("nothing runs here; `academy up` starts it")
    else:
        out.print(rows_table(("part", "address", "pid", "health"), (_cells(f) for f in found)))
    raise typer.Exit(OK if found and all(f.well for f in found) else MISMATCH)


def _cells(found: PartHealth) -> tuple[Cell, ...]:
    health = coloured((found.health, "green" if found.well else "red"))
    return found.name, found.address, str(found.pid or ""), health
