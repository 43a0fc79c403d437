"""`--failures FILE`: what failed in a run and how it ended, for `python -m tests.flaky`."""

import json
import shlex
import sys
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import pytest

PYTHON = f"{Path(sys.prefix).name}/bin/python"
"""That of this run: what fails on one need not fail on another."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A test, or a file that could not be read, and what it said."""

    test: str
    said: str
    collected: bool = True


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: pytest's exit code, every failure, and the tests that were run and passed."""

    exit_code: int
    failures: Sequence[Failure]
    passed: Sequence[str] = ()

    @property
    def tests(self) -> list[str]:
        """The ids of the tests that failed, each once."""
        return list(dict.fromkeys(failure.test for failure in self.failures))

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """None where the run did not come to its end."""
        if not file.exists():
            return None
        found: Mapping[str, Any] = json.loads(file.read_text())
        return cls(found["exit_code"], [Failure(**failure) for failure in found["failures"]], found["passed"])


class Recorder:
    """Hears of every test wherever it ran: with xdist the controller is told by its workers."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._failures: list[Failure] = []
        self._passed: list[str] = []
        self._workers_lost = 0
        file.unlink(missing_ok=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Set-up, call and tear-down may each fail; a test that took its worker along is reported by xdist as `???`."""
        if report.failed:
            self._failures.append(Failure(report.nodeid, report.longreprtext))
            self._workers_lost -= str(report.when) == "???"
        elif report.passed and report.when == "call":
            self._passed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported is no test that failed."""
        if report.failed:
            self._failures.append(Failure(report.nodeid, report.longreprtext, collected=False))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, error: object | None) -> None:
        """A worker of xdist is gone; `error` tells that it should not be."""
        self._workers_lost += error is not None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """A run that is killed writes nothing; one that lost a worker between its tests did not go well."""
        if self._workers_lost > 0:
            session.exitstatus = exitstatus = pytest.ExitCode.INTERNAL_ERROR
        Ending(int(exitstatus), self._failures, self._passed).write(self._file)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Each failure tells what runs it again."""
    report = yield
    if report.failed:
        report.sections.append(("the same again", f"{PYTHON} -m pytest {shlex.quote(report.nodeid)}"))
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--failures", type=Path, metavar="FILE", help="write what failed to this file")


def pytest_configure(config: pytest.Config) -> None:
    """On the controller only."""
    file = config.getoption("--failures")
    if file is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(file), "failures-recorder")
