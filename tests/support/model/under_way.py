"""Work that goes on while the model takes its next step: it waits for a lock of somebody else's, or at a gate."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from shared.postgres.database import Connection

T = TypeVar("T")

_WAITING_FOR_LOCKS = """
select count(*) from pg_locks join pg_stat_activity using (pid)
where not granted and datname = current_database()
"""


class UnderWay:
    """Everything begun and not yet ended."""

    def __init__(self, watcher: "Connection") -> None:
        """`watcher` is a connection of its own, to see who waits for a lock."""
        self._watcher = watcher
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed: list[asyncio.Event] = []

    def begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Let it run; `settle` tells when it can come no further."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        return task

    async def wait_at(self, gate: asyncio.Event) -> None:
        """Called by the work itself: go no further until somebody opens the gate."""
        self._closed.append(gate)
        try:
            await gate.wait()
        finally:
            self._closed.remove(gate)

    async def settle(self) -> None:
        """Return when each piece of work has ended, stands at a gate, or waits for a lock; errors are raised."""
        while running := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(running, timeout=0.002)
            undone = sum(not task.done() for task in running)
            if undone in {self._standing(), self._standing() + await self._waiting()}:
                break
        self._reap()

    def _standing(self) -> int:
        return sum(not gate.is_set() for gate in self._closed)

    async def _waiting(self) -> int:
        return await self._watcher.fetchval(_WAITING_FOR_LOCKS)

    def _reap(self) -> None:
        ended = {task for task in self._tasks if task.done()}
        self._tasks -= ended
        for task in ended:
            if not task.cancelled():
                task.result()

    async def abandon(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
