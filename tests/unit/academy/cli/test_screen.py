"""Whatever is written to the screen: text is text, only our own colours are orders."""

import io
import re
from collections.abc import Callable

import pytest
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from academy.cli.output import print_log, rows_table
from academy.cli.screen import Screen, coloured
from academy.cli.telling import figures
from tests.unit.academy.cli.hostile import HOSTILE, SEEN, WORSE, WORSE_SEEN, harmless

COLOURS = re.compile(r"\x1b\[[0-9;]*m")

Write = Callable[[Screen], None]


def written(write: Write, *, terminal: bool = False) -> str:
    file = io.StringIO()
    write(Screen(file=file, force_terminal=terminal, width=2_000, soft_wrap=True))
    return file.getvalue()


def titled(title: str) -> Table:
    table = Table("heading", title=title)
    table.add_row("cell")
    return table


WAYS: list[Write] = [
    lambda out: out.print(WORSE),
    lambda out: out.print(WORSE, markup=True, emoji=True),
    lambda out: out.print(f"why: {WORSE}", style="bold red"),
    lambda out: out.print("a", WORSE, sep="\n"),
    lambda out: out.print(coloured("why: ", (WORSE, "red"))),
    lambda out: out.print(rows_table(("a", "b"), [(WORSE, coloured(("b", "red")))])),
    lambda out: out.print(figures(("a", "b"), [("1", WORSE)], texts=("b",))),
    lambda out: out.print(rows_table((WORSE,), [("a",)])),
    lambda out: out.print(titled(WORSE)),
]


@pytest.mark.parametrize("write", WAYS)
@pytest.mark.parametrize("terminal", [False, True])
def test_text_is_shown_whole_and_obeyed_by_nobody(write: Write, *, terminal: bool) -> None:
    shown = COLOURS.sub("", written(write, terminal=terminal))
    assert WORSE_SEEN in shown
    assert harmless(shown)


def test_what_is_drawn_by_other_means_has_no_control_characters_either() -> None:
    shown = written(lambda out: out.print(Text("one\x1b[2J\ntwo"), Segment("\x1b]0;x\x07")))
    assert shown.split("\n")[:2] == [r"one\x1b[2J", "two"]
    assert r"\x1b]0;x\x07" in shown


def test_our_own_colours_stay() -> None:
    shown = written(lambda out: out.print(coloured(("ill", "red"), ": why")), terminal=True)
    assert shown == "\x1b[31mill\x1b[0m: why\n"


def test_a_log_keeps_its_lines_and_nothing_else() -> None:
    shown = written(lambda out: print_log(f"first\n\tat here\n{HOSTILE}", out))
    assert shown.startswith("first\n        at here\n")
    assert harmless(shown)
    assert SEEN.partition(r"\r\n")[0] in shown
