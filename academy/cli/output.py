"""What people and programs are told: people on the console, programs one JSON document on standard output."""

import json
import os
import sys
import time
from collections.abc import Iterable
from typing import Any

from rich.status import Status
from rich.table import Table

from academy.cli.screen import Cell, Screen, coloured
from academy.local.state import State

OK, MISMATCH, USAGE = 0, 1, 2

_DONE, _DIED = "✓", "!"
PROGRESS = (_DONE, _DIED)
"""What the lines of a start begin with that is under way."""


def console(*, as_json: bool) -> Screen:
    """With JSON asked for, standard output is the document's alone."""
    return Screen(stderr=as_json, highlight=False, soft_wrap=True, width=width())


def width() -> int | None:
    """A terminal's own width; a log file is as wide as our widest table, so that none is folded into splinters."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else 150


def print_log(text: str, out: Screen) -> None:
    """What a log says, line by line; a tab there is layout."""
    out.print(*text.expandtabs().splitlines(), sep="\n")


def print_json(document: Any) -> None:
    """The one document on standard output."""
    print(json.dumps(document, indent=2, default=str))


class ConsoleReporter:
    """A tick and seconds for each step; on a terminal also what is being waited for."""

    def __init__(self, console: Screen) -> None:
        self._console = console
        self._waiting: list[str] = []
        self._status = Status("", console=console) if console.is_terminal else None
        self._began = time.monotonic()

    def step_started(self, step: str) -> None:
        """Show it among what is waited for."""
        self._waiting.append(step)
        self._show()

    def step_finished(self, step: str, seconds: float) -> None:
        """A tick, and how long it took."""
        self._waiting.remove(step)
        self._console.print(coloured((_DONE, "green"), f" {step:<22} {seconds:5.1f} s"))
        self._show()

    def part_died(self, name: str, exit_code: int, delay: float) -> None:
        """Say so at once; the log has the reason."""
        said = f" {name} ended with code {exit_code}; starting it again in {delay:g} s"
        self._console.print(coloured((_DIED, "yellow"), said))

    def done(self) -> None:
        """Up, or given up: nothing is waited for any more."""
        self._waiting.clear()
        if self._status is not None:
            self._status.stop()

    @property
    def seconds(self) -> float:
        """Since the start began."""
        return time.monotonic() - self._began

    def _show(self) -> None:
        if self._status is None:
            return
        self._status.update(coloured(f"starting {', '.join(self._waiting)}"))
        self._status.start() if self._waiting else self._status.stop()


def addresses_table(state: State) -> Table:
    """Every part with the address to reach it by."""
    table = Table("part", "address", "pid", "supplied by", box=None, pad_edge=False, header_style="bold")
    for name, part in state.parts.items():
        if part.address:
            table.add_row(name, part.address, str(part.pid or ""), part.source)
    return table


def rows_table(columns: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Table:
    """A plain table."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    return table
