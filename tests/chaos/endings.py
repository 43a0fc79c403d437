"""How processes ended, as whoever restarts them saw it: whom we kill ends with -9, who gives up says so."""

from collections.abc import Collection

from academy.local.supervisor import Silent
from tests.chaos.invariants import Finding

GIVEN_UP = 70
"""With this a process ends that knows no way on; no record and no fault of this run is a reason for it."""


class Endings(Silent):
    """Every end of a process that was not asked for by the platform itself, in the order they were seen."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def part_died(self, name: str, exit_code: int, delay: float) -> None:
        """A part ended by itself, or by our hand."""
        del delay
        self.seen.append((name, exit_code))

    def of(self, processes: Collection[str]) -> list[tuple[str, int]]:
        """The endings of these."""
        return [(name, code) for name, code in self.seen if name in processes]


def none_gave_up(endings: Endings, processes: Collection[str]) -> Finding:
    """No process of ours ended itself."""
    ended = endings.of(processes)
    wrong = [f"{name} ended with code {code}" for name, code in ended if code == GIVEN_UP]
    return Finding(12, "no process gave up", len(ended), wrong)
