"""`academy review`: the published year beside what the platform's own reports give."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import typer
import uvloop
from rich.table import Column, Table

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import MISMATCH, OK, console, width
from academy.cli.reaching import GatewayOption, gateway_here
from academy.cli.screen import Cell, Screen, coloured
from academy.hints import as_called
from academy.replay.client import Stopped
from academy.replay.years import YEARS
from academy.review.reading import NotReplayed, reports
from academy.review.rows import NOT_CARRIED, Row, rows, year

_WIDE = 120
"""Columns of a terminal from which there is room for every column of ours."""


def review(*, gateway: GatewayOption = None, as_json: AsJson = False) -> None:
    """Compare the services' reports with the published review; 1 where a figure differs or no year is replayed."""
    address = gateway or gateway_here(console(as_json=as_json))
    raise typer.Exit(compare(gateway=address, as_json=as_json, console=Screen(highlight=False, width=width())))


def compare(*, gateway: str, as_json: bool, console: Screen) -> int:
    """Print the review and keep it for the pages; 1 when a figure differs, cannot be read, or there is no year."""
    try:
        published = year()
        compared = rows(uvloop.run(reports(gateway, published)), published)
    except NotReplayed:
        return _nothing_to_compare(console, as_json=as_json)
    except Stopped as why:
        console.print(f"The reports cannot be read: {why}", style="bold red", highlight=False)
        return MISMATCH
    document = json.dumps([asdict(row) for row in compared], indent=2)
    _keep(document)
    if as_json:
        print(document)
    else:
        console.print(review_table(compared, wide=console.width >= _WIDE))
        console.print()
        console.print(beside_table(compared))
        console.print(_verdict(compared), highlight=False)
    return exit_code(compared)


def _nothing_to_compare(console: Screen, *, as_json: bool) -> int:
    """A document without rows; an exit code that nobody takes for a match."""
    if as_json:
        print("[]")
    else:
        console.print(as_called(f"not replayed yet: `academy replay {next(iter(YEARS))}` replays the year"))
    return MISMATCH


def exit_code(compared: Sequence[Row]) -> int:
    """A figure that is not carried yet fails nothing; one that differs does."""
    return MISMATCH if any(row.matches is False for row in compared) else OK


def review_table(compared: Sequence[Row], *, wide: bool) -> Table:
    """What was published, the verdict last; where there is room, over other bases and as the public is told too."""
    more = (Column("Over attendances and people", no_wrap=True), _right("To the public")) if wide else ()
    table = _table("Figure", "Kind", _right("Published"), _right("Reproduced"), *more)
    for row in compared:
        if row.published is not None:
            others = (row.other_bases, row.to_the_public) if wide else ()
            table.add_row(row.figure, row.kind, *map(_cell, (row.published, row.reproduced, *others)), _mark(row))
    return table


def beside_table(compared: Sequence[Row]) -> Table:
    """What the review says nothing of: mails and events."""
    table = _table("Beside it", _right("Expected"), _right("Found"))
    for row in compared:
        if row.published is None:
            expected = "—" if row.expected is None else _cell(row.expected)
            table.add_row(row.figure, expected, _cell(row.reproduced), _mark(row))
    return table


def _table(*columns: str | Column) -> Table:
    return Table(
        *columns, Column("", no_wrap=True), box=None, pad_edge=False, collapse_padding=True, header_style="bold"
    )


def _right(header: str) -> Column:
    return Column(header, justify="right")


def _cell(content: str | float | None) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return f"{content:,}"


def _mark(row: Row) -> Cell:
    if row.matches is None:
        return coloured(("later", "yellow")) if row.reproduced == NOT_CARRIED else ""
    return coloured(("✓", "green") if row.matches else ("differs", "bold red"))


def _verdict(compared: Sequence[Row]) -> str:
    held = [row for row in compared if row.matches is not None]
    differing = sum(not row.matches for row in held)
    later = sum(row.reproduced == NOT_CARRIED for row in compared)
    told = f"{len(held) - differing} of {len(held)} figures match"
    return f"{told}; {later} not carried yet." if later else f"{told}."


def _keep(document: str) -> None:
    """Replaced in one step, for whoever reads it meanwhile."""
    file = state_folder().path / "review.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(document + "\n", encoding="utf-8")
    draft.replace(file)
