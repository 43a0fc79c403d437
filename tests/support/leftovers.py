"""A run leaves no process and no folder behind, however it ends.

A watchdog in a session of its own reads from a pipe that only the run holds. When the run ends or is killed the pipe
closes, and whatever bears the run's mark in its environment is ended, and the run's folders are removed.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

MARK = "RUN_OF_TESTS"
MEMORY, DISK = Path("/dev/shm"), Path(tempfile.gettempdir())  # noqa: S108 folders of our own are made there
"""Where a run's folders may lie."""

_ROOT = Path(__file__).parents[2]
_WATCHDOG = pytest.StashKey["subprocess.Popen[bytes]"]()
_LOOK_AGAIN_SECONDS = 0.2
_LOOKS = 300
"""One that cannot be killed holds nobody up for ever."""


def pytest_configure(config: pytest.Config) -> None:
    """Workers of xdist inherit the mark of their controller."""
    if not hasattr(config, "workerinput"):
        config.stash[_WATCHDOG] = watchdog(run := uuid4().hex[:12])
        os.environ[MARK] = run


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """After all that ends what it started itself."""
    if dog := config.stash.get(_WATCHDOG, None):
        dog.communicate()


def watchdog(run: str) -> "subprocess.Popen[bytes]":
    """Ends what bears the mark `run` when its standard input is closed, and tells of it."""
    unmarked = {name: value for name, value in os.environ.items() if name != MARK}
    return subprocess.Popen(
        [sys.executable, "-m", __name__, run], cwd=_ROOT, env=unmarked, stdin=subprocess.PIPE, start_new_session=True
    )


def prefix(run: str | None = None) -> str:
    """What the names of the run's own temporary folders begin with."""
    return f"academy-tests-{run or os.environ.get(MARK, 'unmarked')}-"


def marked(run: str) -> list[psutil.Process]:
    """The living processes of that run; what other users run cannot be looked into, and dies with its parent."""
    found = list[psutil.Process]()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == run and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def clear(run: str) -> list[str]:
    """End them all, and those they start meanwhile; the command lines of what there was."""
    told = dict[int, str]()
    for _ in range(_LOOKS):
        if not (left := marked(run)):
            break
        for process in left:
            with contextlib.suppress(psutil.Error):
                told.setdefault(process.pid, f"{process.pid} {' '.join(process.cmdline())[:120]}")
                process.kill()
        time.sleep(_LOOK_AGAIN_SECONDS)
    for home in (MEMORY, DISK):
        for path in home.glob(f"{prefix(run)}*"):
            shutil.rmtree(path, ignore_errors=True)
    return list(told.values())


if __name__ == "__main__":
    sys.stdin.read()
    for line in clear(sys.argv[1]):
        sys.stderr.write(f"left over by the run of tests, and ended: {line}\n")
