"""Liveness and readiness: what a probe is told, and why."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

Check: TypeAlias = Callable[[], Awaitable[str | None]]
"""None when well; otherwise what is the matter, in a few words for ops."""


class Health:
    """The checks of one process."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._remarks: dict[str, Check] = {}
        self.draining = False

    def add(self, name: str, check: Check) -> None:
        """Let readiness depend on `check`."""
        self._checks[name] = check

    def remark(self, name: str, check: Check) -> None:
        """Tell what `check` finds, and be ready all the same."""
        self._remarks[name] = check

    async def remarks(self) -> dict[str, str]:
        """What is the matter with a process that is ready; mostly empty."""
        return await _found(self._remarks)

    async def reasons(self) -> dict[str, str]:
        """Why the process is not ready; empty when it is."""
        found = await _found(self._checks)
        return {"draining": "shutting down", **found} if self.draining else found


async def _found(checks: Mapping[str, Check]) -> dict[str, str]:
    return {name: problem for name, check in checks.items() if (problem := await check())}
