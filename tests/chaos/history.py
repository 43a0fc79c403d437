"""What the client meant to do and every answer it got: the only thing a client of the platform can rely on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["enrol", "wait", "withdraw", "attend", "assess"]

CONCLUSIVE = range(200, 500)
"""Statuses that settle a request; 5xx and silence do not, whatever happened behind them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one try: a status, or the class of the error that came instead."""

    status: int | None
    body: Mapping[str, Any]
    error: str | None = None

    @property
    def conclusive(self) -> bool:
        """Whether the request is settled by it."""
        return self.status in CONCLUSIVE


@dataclass(slots=True)
class Command:
    """One command; it keeps its idempotency key and its correlation id through every try."""

    kind: Kind
    service: str
    path: str
    body: Mapping[str, Any]
    moment: str
    key: str
    answers: list[Answer] = field(default_factory=list[Answer])

    @property
    def answer(self) -> Answer | None:
        """What settled it; None when nothing did."""
        return next((a for a in self.answers if a.conclusive), None)

    @property
    def accepted(self) -> bool:
        """Whether it was answered with success."""
        return self.answer is not None and self.answer.status in range(200, 300)


class History:
    """All commands of a run, in the order they were formed."""

    def __init__(self) -> None:
        self._commands: list[Command] = []

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands)

    def __len__(self) -> int:
        return len(self._commands)

    def begin(self, command: Command) -> None:
        """Note a command before its first try."""
        self._commands.append(command)

    def counts(self) -> dict[str, int]:
        """How the commands ended, and how many tries that took."""
        accepted = sum(i.accepted for i in self)
        unanswered = sum(i.answer is None for i in self)
        return {
            "commands": len(self),
            "accepted": accepted,
            "refused": len(self) - accepted - unanswered,
            "never_answered": unanswered,
            "tries": sum(len(i.answers) for i in self),
            "errors_500": sum(a.status == 500 for i in self for a in i.answers),
        }
