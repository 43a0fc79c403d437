"""Liveness and readiness: what a probe is told, and why."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

Check: TypeAlias = Callable[[], Awaitable[str | None]]
"""None when well; otherwise what is the matter, in a few words for ops."""


class Health:
    """The checks of one process."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self.draining = False

    def add(self, name: str, check: Check) -> None:
        """Let readiness depend on `check`."""
        self._checks[name] = check

    async def reasons(self) -> dict[str, str]:
        """Why the process is not ready; empty when it is."""
        found = {name: problem for name, check in self._checks.items() if (problem := await check())}
        return {"draining": "shutting down", **found} if self.draining else found
