"""What the machine must offer: Python, space, memory, a folder to write to."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from academy.local.account import unprivileged_account
from academy.local.doctor.check import Check, broken, note, ok
from academy.local.processes import PartFailed

_OLDEST_PYTHON = (3, 11)
_DISK_BYTES = 2 * 1024**3
_MEMORY_BYTES = 1536 * 1024**2


def machine(folder: Path, environment: Mapping[str, str]) -> Iterator[Check]:
    """All that does not depend on our packages."""
    yield python_version(sys.version_info[:3])
    yield disk(shutil.disk_usage(_nearest(folder)).free)
    yield memory(psutil.virtual_memory().available)
    yield writable(folder)
    yield account()
    yield mode(environment)


def python_version(version: tuple[int, ...]) -> Check:
    """3.11 is the oldest the code is written for."""
    text = ".".join(map(str, version))
    if version >= _OLDEST_PYTHON:
        return ok("Python", text)
    return broken("Python", text, "make the environment again with Python 3.11 or later: PYTHON=python3.11 make demo")


def disk(free: int) -> Check:
    """Kafka, Postgres and the packages of a replayed year fit in two GiB."""
    text = f"{free / 1024**3:.1f} GiB free"
    if free >= _DISK_BYTES:
        return ok("disk", text)
    return broken("disk", text, "free 2 GiB, or set ACADEMY_STATE to a folder on a larger disk")


def memory(available: int) -> Check:
    """Kafka takes a third of it."""
    text = f"{available / 1024**3:.1f} GiB available"
    if available >= _MEMORY_BYTES:
        return ok("memory", text)
    return note("memory", text, "close other programs: everything together takes about 1.5 GiB")


def writable(folder: Path) -> Check:
    """The folder may not exist yet; then its nearest parent counts."""
    if os.access(_nearest(folder), os.W_OK | os.X_OK):
        return ok("state folder", str(folder))
    return broken("state folder", f"{folder} cannot be written", "set ACADEMY_STATE to a folder of your own")


def account() -> Check:
    """Root needs another account for PostgreSQL."""
    try:
        other = unprivileged_account()
    except PartFailed as problem:
        return broken("account", "root, and no ordinary account", str(problem))
    return ok("account", f"root; PostgreSQL runs as {other.name}" if other else "ordinary user")


def mode(environment: Mapping[str, str]) -> Check:
    """This command runs development platforms only."""
    chosen = environment.get("ACADEMY_ENV", "development")
    if chosen == "development":
        return ok("ACADEMY_ENV", chosen)
    return broken("ACADEMY_ENV", chosen, "unset it: this command runs development platforms only")


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())
