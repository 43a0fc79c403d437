"""`academy review`: the published year beside what the platform's own reports give."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import typer
import uvloop
from rich.table import Column, Table

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import MISMATCH, OK, console, width
from academy.cli.reaching import gateway_here
from academy.cli.replay import GatewayOption
from academy.cli.screen import Cell, Screen, coloured
from academy.replay.client import Stopped
from academy.review.reading import reports
from academy.review.rows import NOT_CARRIED, Row, rows, year


def review(*, gateway: GatewayOption = None, as_json: AsJson = False) -> None:
    """Compare the services' reports with the published review; 1 where a figure differs."""
    address = gateway or gateway_here(console(as_json=as_json))
    raise typer.Exit(compare(gateway=address, as_json=as_json, console=Screen(highlight=False, width=width())))


def compare(*, gateway: str, as_json: bool, console: Screen) -> int:
    """Print the review and keep it for the home page; 1 when a figure differs or cannot be read."""
    try:
        published = year()
        compared = rows(uvloop.run(reports(gateway, published)), published)
    except Stopped as why:
        console.print(f"The reports cannot be read: {why}", style="bold red", highlight=False)
        return MISMATCH
    document = json.dumps([asdict(row) for row in compared], indent=2)
    _keep(document)
    if as_json:
        print(document)
    else:
        console.print(review_table(compared))
        console.print(_verdict(compared), highlight=False)
    return exit_code(compared)


def exit_code(compared: Sequence[Row]) -> int:
    """A figure that is not carried yet fails nothing; one that differs does."""
    return MISMATCH if any(row.matches is False for row in compared) else OK


def review_table(compared: Sequence[Row]) -> Table:
    """The rows as a table, the verdict last."""
    table = Table(
        "Figure",
        "Kind",
        _right("Published"),
        _right("Reproduced"),
        "Over attendances and people",
        _right("To the public"),
        Column("", justify="center"),
        title="The year 2020/21, published and reproduced",
    )
    for row in compared:
        table.add_row(row.figure, row.kind, *map(_cell, _cells(row)), _mark(row))
    return table


def _cells(row: Row) -> tuple[str | float | None, ...]:
    return row.published, row.reproduced, row.other_bases, row.to_the_public


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
    """Replaced in one step, for the home page."""
    file = state_folder().path / "review.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(document + "\n", encoding="utf-8")
    draft.replace(file)
