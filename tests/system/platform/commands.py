"""The `academy` command as processes of their own, and what is left of them."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from academy.local.layout import ROOT
from tests.support.delivery import PATIENCE


def a_state_folder(folder: Path) -> Path:
    """With the jars already there."""
    folder.mkdir()
    (folder / "downloads").symlink_to(ROOT / ".academy" / "downloads")
    return folder


def left_in_the_end(folder: Path) -> list[psutil.Process]:
    """Which of them do not go: one that was killed may take a moment."""
    deadline = time.monotonic() + PATIENCE
    while (left := leftovers(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def leftovers(folder: Path) -> list[psutil.Process]:
    """Processes whose command line, folder or environment names the state folder."""
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and _names(process, folder)]


def _names(process: psutil.Process, folder: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return str(folder) in " ".join((*process.cmdline(), process.cwd(), *process.environ().values()))
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def academy(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ACADEMY_")}
    ours = {"ACADEMY_STATE": str(folder), "ACADEMY_PORT_OFFSET": "20000"}
    argv = (sys.executable, "-m", "academy", *arguments)
    return subprocess.Popen(
        argv, env=environment | ours, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def wait_for_line(process: "subprocess.Popen[str]", *, containing: str) -> None:
    assert process.stdout is not None
    seen: list[str] = []
    for line in process.stdout:
        seen.append(line)
        if containing in line:
            return
    pytest.fail(f"{containing!r} never came: {''.join(seen)}")


@contextmanager
def coming_up(state: Path) -> Generator["subprocess.Popen[str]"]:
    """`academy up`, which is killed where the block has not ended it."""
    with academy(state, "up") as process:
        try:
            yield process
        finally:
            process.kill()
