"""Bars for who watches, a line a month for a log."""

import io

from academy.cli.progress import follow
from academy.cli.screen import Screen
from academy.replay.plan.steps import Step


def told(steps: list[Step], *, terminal: bool) -> str:
    file = io.StringIO()
    with follow(steps, Screen(file=file, force_terminal=terminal, width=100)) as following:
        for step in steps:
            following.done(step)
    return file.getvalue()


def test_a_log_gets_one_line_a_month(steps: list[Step]) -> None:
    lines = told(steps, terminal=False).splitlines()
    assert [line.split()[0] for line in lines] == [
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "January",
        "February",
        "March",
        "April",
    ]
    assert f"{len(steps):,} steps" in lines[-1]


def test_a_terminal_gets_a_bar_for_every_month(steps: list[Step]) -> None:
    shown = told(steps, terminal=True)
    march = sum(step.moment.month == 3 for step in steps)
    assert f"{march}/{march}" in shown
    assert "━" in shown
