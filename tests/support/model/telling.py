"""Stories being told, what became of each, and what is said when one has failed."""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from hypothesis.errors import Flaky

from tests.support.model.ground import Ground
from tests.support.model.journal import Journal, difference
from tests.support.model.story import Act, Story
from tests.support.model.world import World


@dataclass(slots=True)
class Told:
    """A story, what happened when it was told, and how it failed if it did."""

    story: Story
    journal: Journal
    failure: Exception | None = None


class Telling:
    """Tells one story, act by act."""

    def __init__(self, runner: asyncio.Runner, ground: Ground, schedule: int) -> None:
        self.told = Told(Story(schedule), Journal(ground.seen))
        self._runner = runner
        self._world = World(ground, self.told.journal, schedule)
        self.do("begin")

    def do(self, name: str, **arguments: Any) -> None:
        """The next act; what it raises is kept and raised."""
        act = Act(name, arguments)
        self.told.story.acts.append(act)
        if name != "check":
            self.told.journal.note(str(act))
        try:
            self._runner.run(getattr(self._world, name)(**arguments))
        except Exception as error:
            self.told.failure = error
            self.told.journal.note(f"  failed: {type(error).__name__}: {error}")
            raise

    def end(self, *, converge: bool) -> None:
        """The last act, unless the story broke off; in any case nothing is left running."""
        try:
            if converge and self.told.failure is None:
                self.do("converge")
        finally:
            self._runner.run(self._world.end())


Tell: TypeAlias = Callable[[Story], Told]


def tell(runner: asyncio.Runner, ground: Ground, story: Story) -> Told:
    """Tell a story that is known, from its first act to its last or to its failure; counts nothing."""
    telling = Telling(runner, replace(ground, seen=Counter()), story.schedule)
    try:
        for act in story.acts[1:]:
            telling.do(act.name, **act.arguments)
    except Exception:
        if telling.told.failure is None:
            raise
    finally:
        telling.end(converge=False)
    return telling.told


@dataclass(slots=True)
class Chronicle:
    """All stories of a run; `first` is the first that failed, `last` the last, which is the shortest that was found."""

    kept: list[Told] = field(default_factory=list[Told])
    first: Told | None = None
    last: Told | None = None

    def keep(self, told: Told) -> None:
        """A story has come to its end."""
        if told.failure is None:
            self.kept.append(told)
        else:
            self.first = self.first or told
            self.last = told

    def liveliest(self, most: int) -> list[Told]:
        """Stories in which most stood and waited for each other: where chance would show."""
        return sorted(self.kept, key=lambda told: -sum("under way:" in line for line in told.journal.lines))[:most]

    def failure(self, raised: Exception | None, again: Tell, *, run: str) -> Exception | None:
        """What the test fails with, and how to see it again; what failed once has failed, repeated or not."""
        if self.first is None or self.last is None or self.first.failure is None:
            return raised
        if raised is None or isinstance(raised, Flaky):
            raised, failed = self.first.failure, self.first
        else:
            failed = self.last
        raised.add_note(account(failed, again(failed.story), run=run))
        return raised


def account(failed: Told, again: Told, *, run: str) -> str:
    """The story with its outcomes, the command that tells it again, and whether it fails again."""
    lines = [
        "What happened:",
        *(f"  {line}" for line in failed.journal.lines),
        f"To tell this story again:  {failed.story.command()}",
        f"To tell all of the run:    {run}",
        _verdict(failed, again),
    ]
    return "\n".join(lines)


def _verdict(failed: Told, again: Told) -> str:
    parting = difference(failed.journal.lines, again.journal.lines)
    if parting is None:
        return "Told again, the same happened to the letter."
    outcome = "it did not fail" if again.failure is None else "it failed too, but"
    return f"Told again, {outcome}: something was not deterministic; {parting}"


def assert_same(first: Told, second: Told) -> None:
    """What happens in a story is a function of the story."""
    parting = difference(first.journal.lines, second.journal.lines)
    assert parting is None, f"{first.story.command()}\n{parting}"


def say(text: str) -> None:
    """For whoever reads the output of the test."""
    sys.stdout.write(f"{text}\n")
