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
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

MARK = "RUN_OF_TESTS"
MEMORY, DISK = Path("/dev/shm"), Path(tempfile.gettempdir())  # noqa: S108 folders of our own are made there
"""Where a run's folders may lie."""

_ROOT = Path(__file__).parents[2]
_WATCHED = pytest.StashKey[contextlib.ExitStack]()
_LOOK_AGAIN_SECONDS = 0.2
_LOOKS = 300
"""One that cannot be killed holds nobody up for ever."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before anything is started; workers of xdist inherit the mark of their controller."""
    if not hasattr(config, "workerinput"):
        config.stash[_WATCHED] = stack = contextlib.ExitStack()
        stack.enter_context(watched())


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """After all that ends what it started itself."""
    if stack := config.stash.get(_WATCHED, None):
        stack.close()


@contextmanager
def watched() -> Generator[None]:
    """A run: what is started in it is marked, and ends with it."""
    with watchdog(run := uuid4().hex[:12]) as dog:
        os.environ[MARK] = run
        try:
            yield
        finally:
            dog.communicate()


def watchdog(run: str) -> "subprocess.Popen[bytes]":
    """Ends what bears the mark `run` when its standard input is closed, and tells of it."""
    unmarked = {name: value for name, value in os.environ.items() if name != MARK}
    return subprocess.Popen(
        [sys.executable, "-m", __name__, run], cwd=_ROOT, env=unmarked, stdin=subprocess.PIPE, start_new_session=True
    )


def prefix(run: str | None = None) -> str:
    """What the names of the run's own temporary folders begin with; KeyError where nobody watches, see `watched`."""
    return f"academy-tests-{run or os.environ[MARK]}-"


def marked(run: str) -> list[psutil.Process]:
    """The living processes of that run; what other users run cannot be looked into, and dies with its parent."""
    found = list[psutil.Process]()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == run and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def clear(run: str) -> list[str]:
    """End all processes and remove all folders of the run; a line for each that was running or has to stay."""
    told = dict[int, str]()
    for _ in range(_LOOKS):
        left = marked(run)
        if not left and not _folders_left(run):
            break
        for process in left:
            with contextlib.suppress(psutil.Error):
                told.setdefault(process.pid, f"{process.pid} {' '.join(process.cmdline())[:120]}")
                process.kill()
        time.sleep(_LOOK_AGAIN_SECONDS)
    return [
        *(f"{line}, ended" for line in told.values()),
        *(f"{path}, which cannot be removed" for path in _folders_left(run)),
    ]


def _folders_left(run: str) -> list[Path]:
    """What cannot be removed: a Postgres that is about to die still writes in its folder."""
    found = [path for home in (MEMORY, DISK) for path in home.glob(f"{prefix(run)}*")]
    for path in found:
        shutil.rmtree(path, ignore_errors=True)
    return [path for path in found if path.exists()]


if __name__ == "__main__":
    sys.stdin.read()
    for line in clear(sys.argv[1]):
        sys.stderr.write(f"left over by the run of tests: {line}\n")
