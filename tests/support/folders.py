"""Folders of a run's own, not pytest's: another run on this machine closes those to everyone else."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support import leftovers


@contextmanager
def folder_anyone_may_cross() -> Generator[Path]:
    """Postgres runs as another user where we are root, and has to reach its data."""
    with tempfile.TemporaryDirectory(prefix=leftovers.prefix(), ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
