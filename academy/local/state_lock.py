"""One platform to a state folder: a lock against a second, and the clearing away of what a killed one left."""

import fcntl
import os
from typing import IO

from academy.local.processes import PartFailed, stop_process
from academy.local.state import StateFolder

_GRACE_SECONDS = 10.0


class AlreadyRunning(PartFailed):
    """Another platform runs on this state folder."""


class StateLock:
    """Held from before the first part starts until after the last has stopped; the kernel drops it at our death."""

    def __init__(self, folder: StateFolder) -> None:
        self._folder = folder
        self._lock: IO[str] | None = None

    async def enter(self) -> None:
        """Take the lock, then stop whatever the last holder left running."""
        self._lock = self._locked()
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()
        await self._stop_leftovers()

    def must_be_free(self) -> None:
        """AlreadyRunning while somebody holds it."""
        self._locked().close()

    def leave(self) -> None:
        """Let the next one in."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _locked(self) -> IO[str]:
        handle = (self._folder.path / "lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            holder = handle.read()
            handle.close()
            raise AlreadyRunning(
                f"a platform already runs on {self._folder.path} (process {holder}):"
                " `academy status`, or `academy down` to stop it"
            ) from error
        return handle

    async def _stop_leftovers(self) -> None:
        for part in self._folder.read().parts.values():
            if part.pid is not None and part.started_at is not None and part.pid != os.getpid():
                await stop_process(part.pid, part.started_at, grace_seconds=_GRACE_SECONDS)
