"""Folders of a run's own, not pytest's: another run on this machine closes those to everyone else.

They lie in memory where there is plenty. What a test run writes need not outlive it, and the hundreds of files of each
new database cost ext4 ten times as much as the copying itself: it passes over every inode that was deleted just now.
"""

import math
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.support import leftovers

_PLENTY = 8 * 1024**3
_CONTROL_GROUP = Path("/sys/fs/cgroup")


@contextmanager
def folder_anyone_may_cross(*, in_memory: bool = True) -> Generator[Path]:
    """Postgres runs as another user where we are root, and has to reach its data."""
    home = leftovers.MEMORY if in_memory and _memory_is_plenty() else leftovers.DISK
    with tempfile.TemporaryDirectory(prefix=leftovers.prefix(), dir=home, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def _memory_is_plenty() -> bool:
    """Both of what such a folder may hold and of what there is left."""
    return (
        os.access(leftovers.MEMORY, os.W_OK | os.X_OK)
        and psutil.disk_usage(str(leftovers.MEMORY)).free > _PLENTY
        and min(psutil.virtual_memory().available, _left_to_our_group()) > _PLENTY
    )


def _left_to_our_group() -> float:
    """A container may have been given less than the machine has."""
    try:
        limit, used = ((_CONTROL_GROUP / f"memory.{figure}").read_text().strip() for figure in ("max", "current"))
    except OSError:
        return math.inf
    return math.inf if limit == "max" else int(limit) - int(used)
