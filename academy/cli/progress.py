"""How far the replay is: bars on a terminal, a line a month elsewhere."""

import time
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from academy.cli.screen import Screen
from academy.replay.plan.steps import Step


class Follows(Protocol):
    """Something that is told of each finished step."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def done(self, step: Step) -> None:
        """The step was answered."""
        ...


def follow(steps: Sequence[Step], console: Screen) -> Follows:
    """Bars where somebody watches, lines where a file does."""
    months = Counter(_month(step) for step in steps)
    return Bars(months, console) if console.is_terminal else Lines(months, console)


class Bars:
    """One bar a month and the pace of all."""

    def __init__(self, months: Counter[str], console: Screen) -> None:
        columns = (
            TextColumn("{task.description:<15}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
        )
        self._progress = Progress(*columns, TimeElapsedColumn(), console=console)
        self._pace = _Pace()
        self._tasks: dict[str, TaskID] = {
            month: self._progress.add_task(month, total=total, start=False, pace="") for month, total in months.items()
        }

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def done(self, step: Step) -> None:
        """Move the month's bar; the clock of a month starts with its first step."""
        self._pace.count()
        task = self._tasks[_month(step)]
        self._progress.start_task(task)
        self._progress.update(task, advance=1, pace=f"{self._pace.per_second():4.0f}/s")


class Lines:
    """One line when a month is over."""

    def __init__(self, months: Counter[str], console: Screen) -> None:
        self._left, self._console, self._pace = Counter(months), console, _Pace()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    def done(self, step: Step) -> None:
        """Say so when the month is over."""
        self._pace.count()
        month = _month(step)
        self._left[month] -= 1
        if not self._left[month]:
            self._console.print(f"{month:<15} {self._pace.steps:>6,} steps, {self._pace.per_second():.0f}/s")


class _Pace:
    """Steps so far, and how many a second."""

    def __init__(self) -> None:
        self.steps = 0
        self._started = time.monotonic()

    def count(self) -> None:
        self.steps += 1

    def per_second(self) -> float:
        return self.steps / max(time.monotonic() - self._started, 0.001)


def _month(step: Step) -> str:
    return f"{step.moment:%B %Y}"
