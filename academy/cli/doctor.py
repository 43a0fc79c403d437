"""`academy doctor`: what is wrong here, and one fix each."""

import asyncio
import os
from dataclasses import asdict

import typer

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import MISMATCH, OK, console, print_json, rows_table
from academy.cli.screen import Cell, coloured
from academy.hints import as_called
from academy.local.doctor.check import Check
from academy.local.doctor.external import external, running
from academy.local.doctor.listeners import listeners
from academy.local.doctor.machine import machine
from academy.local.doctor.packages import packages
from academy.local.state import StateFolder

_MARKS = {"ok": ("✓", "green"), "note": ("!", "yellow"), "broken": ("✗", "red")}


def doctor(*, as_json: AsJson = False) -> None:
    """Look at everything the platform needs; 1 when something is broken."""
    out, checks = console(as_json=as_json), examine(state_folder())
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        out.print(rows_table(("", "checked", "found", "what to do"), (_cells(check) for check in checks)))
    raise typer.Exit(MISMATCH if any(check.verdict == "broken" for check in checks) else OK)


def examine(folder: StateFolder) -> list[Check]:
    """Every check, in the order one would look."""
    state = folder.read()
    offset = int(os.environ.get("ACADEMY_PORT_OFFSET", "0"))
    return [
        *machine(folder.path, os.environ),
        *packages(folder.path / "downloads"),
        *listeners(state, offset),
        *asyncio.run(external(os.environ)),
        asyncio.run(running(state)),
    ]


def _cells(check: Check) -> tuple[Cell, ...]:
    return coloured(_MARKS[check.verdict]), check.name, check.found, as_called(check.fix)
