"""Logs of the platform on this machine do not grow without end.

Their writers hold them open and are of many kinds, so no file is moved: what is in it is copied aside and the file is
emptied in place. All writers append, so the next line stands at the beginning. Lines written between the copy and the
emptying are lost, which a log of one machine can bear.
"""

import asyncio
import os
import shutil
from contextlib import suppress
from pathlib import Path

MOST_BYTES = 32 * 1024 * 1024
"""Of a log; as much again lies beside it."""

_BETWEEN_LOOKS = 5.0


async def keep_bounded(folder: Path, *, most: int = MOST_BYTES, between: float = _BETWEEN_LOOKS) -> None:
    """Look at every log of the folder again and again, until cancelled; a disk that refuses is asked again."""
    while True:
        await asyncio.to_thread(_bound_all, folder, most)
        await asyncio.sleep(between)


def _bound_all(folder: Path, most: int) -> None:
    for log in folder.glob("*.log"):
        with suppress(OSError):
            bound(log, most)


def bound(log: Path, most: int) -> None:
    """Put what is in a log above that many bytes aside, in the place of what was put aside before."""
    if log.stat().st_size > most:
        shutil.copyfile(log, aside(log))
        os.truncate(log, 0)


def aside(log: Path) -> Path:
    """Where the older part of a log lies, if it has one."""
    return log.with_name(f"{log.name}.1")
