"""Plug-in of the test runs: writes how each test ended, one JSON line each, to the file in ACADEMY_VERDICTS.

What ended a test matters: an assertion that failed or a time that ran out tells that the design is wrong, an import
that failed only that the patch is.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

VARIABLE = "ACADEMY_VERDICTS"
_SAYS_SO = (AssertionError, TimeoutError, pytest.fail.Exception)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note each phase of each test, and the class of what ended it."""
    report = yield
    error = call.excinfo.type if call.excinfo is not None else None
    asserted = error is not None and issubclass(error, _SAYS_SO)
    _note(item.nodeid, report.when, report.outcome, error.__name__ if error else "", asserted=asserted)
    return report


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a file that could not even be read."""
    if report.failed:
        _note(report.nodeid, "collect", report.outcome, "CollectionError", asserted=False)


def _note(test: str, phase: str, outcome: str, error: str, *, asserted: bool) -> None:
    line = {"test": test, "phase": phase, "outcome": outcome, "error": error, "asserted": asserted}
    with Path(os.environ[VARIABLE]).open("a") as file:
        file.write(json.dumps(line) + "\n")
