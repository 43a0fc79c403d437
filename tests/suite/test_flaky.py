"""What failed is run once more, alone: CI goes on where it passes then, and tells."""

import sys
from pathlib import Path

import pytest

from tests import flaky
from tests.suite.runs import python
from tests.support import failures
from tests.support.failures import Ending, Failure

LOSES_A_WORKER = """
import os
def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        os._exit(9)
"""
SOMETIMES = """
import pathlib, pytest

def test_sometimes():
    seen = pathlib.Path(__file__).with_name("seen")
    first, _ = not seen.exists(), seen.touch()
    assert not first, "the first time it fails"

def test_sound():
    pass
"""
BROKEN = (
    SOMETIMES
    + """
def test_broken():
    assert 1 + 1 == 3
"""
)


def tried(folder: Path, suite: str) -> tuple[int, str]:
    """Exit code and output of the second try, after a run of that suite."""
    (folder / "test_suite.py").write_text(suite)
    file = str(folder / "failures.json")
    first = python(folder, "pytest", "-q", "-p", failures.__name__, "--failures", file)
    assert first.returncode == 1, first.stdout + first.stderr
    again = python(folder, "tests.flaky", file)
    return again.returncode, again.stdout


def test_a_test_that_passes_alone_is_told_with_its_first_failure(tmp_path: Path) -> None:
    code, told = tried(tmp_path, SOMETIMES)
    assert code == 0
    assert "FLAKY test_suite.py::test_sometimes\n" in told
    assert "the first time it fails" in told
    assert "test_sound" not in told


def test_one_that_fails_twice_is_red_whatever_else_passes(tmp_path: Path) -> None:
    code, told = tried(tmp_path, BROKEN)
    assert code == 1
    assert "FLAKY test_suite.py::test_sometimes\n" in told
    assert "RED: did not pass alone either: test_suite.py::test_broken\n" in told


def test_one_that_is_skipped_alone_did_not_pass(tmp_path: Path) -> None:
    code, told = tried(
        tmp_path, SOMETIMES.replace("    assert not first,", "    if not first: pytest.skip()\n    assert 0,")
    )
    assert code == 1
    assert "RED: did not pass alone either: test_suite.py::test_sometimes\n" in told


def test_a_run_that_loses_a_worker_between_its_tests_is_red(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(LOSES_A_WORKER)
    (tmp_path / "test_suite.py").write_text("def test_sound(): pass")
    file = tmp_path / "failures.json"
    command = ("pytest", "-q", "-p", "xdist", "-n1", "-p", failures.__name__, "--failures", str(file))
    assert python(tmp_path, *command).returncode == pytest.ExitCode.INTERNAL_ERROR
    assert "RED: " in python(tmp_path, "tests.flaky", str(file)).stdout


def test_a_failure_tells_what_runs_it_again(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(BROKEN)
    told = python(tmp_path, "pytest", "-p", failures.__name__).stdout
    assert f"{Path(sys.prefix).name}/bin/python -m pytest test_suite.py::test_broken\n" in told


@pytest.mark.parametrize(
    "ending",
    [
        None,
        Ending(2, [Failure("tests/test_a.py::test_a", "interrupted")]),
        Ending(3, []),
        Ending(1, [Failure("tests/test_a.py", "SyntaxError", collected=False)]),
        Ending(1, [Failure(f"tests/test_a.py::test_{n}", "no chance") for n in range(flaky.MOST + 1)]),
    ],
    ids=["killed", "interrupted", "broken inside", "unreadable", "many"],
)
def test_nothing_but_a_few_failed_tests_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ending: Ending | None
) -> None:
    file = tmp_path / "failures.json"
    if ending:
        ending.write(file)
    monkeypatch.setattr(sys, "argv", ["flaky", str(file)])
    monkeypatch.setattr(sys, "executable", "/nothing/may/be/tried/again")
    assert flaky.main() == 1
    assert "RED: " in capsys.readouterr().out
