"""A log that a process writes and never lets go of stays within bounds."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import pytest

from academy.local.layout import Plan
from academy.local.logs import MOST_BYTES, aside, bound, keep_bounded
from academy.local.platform import Platform
from academy.local.processes import Child, Command
from academy.local.state import StateFolder
from tests.support.delivery import eventually

MOST = 50_000
_TALKS = """
import itertools, time
for n in itertools.count():
    print(f"line {n:09}", flush=True)
    if n % 100 == 0:
        time.sleep(0.01)
"""


@pytest.fixture
async def log(tmp_path: Path) -> AsyncGenerator[Path]:
    """The log of a process that never stops talking."""
    file = tmp_path / "talker.log"
    child = Child(Command("talker", (sys.executable, "-c", _TALKS), file))
    yield file
    await child.stop()


async def test_the_log_of_a_process_that_goes_on_writing_is_emptied_again_and_again(log: Path) -> None:
    bounding = asyncio.create_task(keep_bounded(log.parent, most=MOST, between=0.01))
    seen: set[str] = set()

    def first_line_put_aside() -> bool:
        with suppress(OSError, IndexError):
            seen.add(aside(log).read_text().splitlines()[0])
        return len(seen) > 2

    await eventually(first_line_put_aside)
    bounding.cancel()
    assert [line for line in seen if not re.fullmatch(r"line \d{9}", line)] == []


async def test_a_platform_that_is_watched_keeps_its_logs_within_bounds(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.create()
    log = folder.log("talent")
    log.touch()
    os.truncate(log, MOST_BYTES + 1)
    watching = asyncio.create_task(Platform(Plan(folder, services=())).watch())
    await eventually(lambda: log.stat().st_size == 0)
    watching.cancel()
    assert aside(log).stat().st_size == MOST_BYTES + 1


def test_a_log_within_bounds_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "quiet.log"
    log.write_text("a line\n")
    bound(log, 7)
    assert log.read_text() == "a line\n"
    assert not aside(log).exists()
    bound(log, 6)
    assert log.read_text() == ""
    assert aside(log).read_text() == "a line\n"
