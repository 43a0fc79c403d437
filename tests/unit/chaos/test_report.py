"""The verdict on a run, and how whoever reads of a bad one runs it again."""

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from tests.chaos import report, run
from tests.chaos.deployment import BRIEF
from tests.chaos.invariants import Finding
from tests.chaos.minimum_counts import MinimumCount
from tests.chaos.report import Report


def test_the_exit_code_tells_held_from_violated_from_void() -> None:
    from_void = a_report(minimum_counts=[MinimumCount("takeovers", 0, 1)])
    assert (a_report().exit_code, from_void.exit_code) == (0, 2)
    violated = [_finding(["lost"])]
    assert a_report(findings=violated, minimum_counts=from_void.minimum_counts).exit_code == 1


def _finding(violations: list[str]) -> Finding:
    return Finding(1, "promise", 1, violations)


def a_report(findings: list[Finding] | None = None, minimum_counts: Sequence[MinimumCount] = ()) -> Report:
    return Report(1, 60, False, findings or [_finding([])], minimum_counts, {}, {}, {}, {})


def said(found: Report) -> str:
    console = Console(file=io.StringIO(), width=40)
    report.show(found, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    "found",
    [a_report(findings=[_finding(["lost"])]), a_report(minimum_counts=[MinimumCount("takeovers", 0, 1)])],
    ids=lambda f: f.verdict,
)
def test_a_run_that_did_not_hold_ends_with_one_command_that_runs_the_same_again(found: Report) -> None:
    assert said(found).endswith("the same again: make chaos SEED=1 DURATION=60\n")
    assert said(replace(found, seed=7, duration=30.0, brief=True)).endswith("make chaos SEED=7 DURATION=30 BRIEF=1\n")


def test_a_run_that_held_need_not_be_run_again() -> None:
    assert "again" not in said(a_report())


async def test_a_run_that_breaks_off_tells_how_it_is_run_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*given: object) -> None:
        raise TimeoutError(given)

    monkeypatch.setattr(run, "Platform", broken)
    with pytest.raises(TimeoutError) as raised:
        await run.run(4, 30.0, BRIEF, keep=tmp_path / "kept")
    assert raised.value.__notes__ == ["the same again: make chaos SEED=4 DURATION=30 BRIEF=1"]
