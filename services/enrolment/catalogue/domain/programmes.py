"""What the academy offers: a programme, and what completing it takes."""

from dataclasses import dataclass, replace
from typing import Literal

from shared.errors import NotFound

Level = Literal["I", "We", "Us"]

LateEntry = Literal["none", "while_running"]
"""Who enters once the first session has started: nobody, or whoever asks until the cohort's enrolment closes.

Enrolments and registers follow it alike: whoever entered counts in every session that had not ended by then.
"""


class ProgrammeNotFound(NotFound):
    """No programme has this code."""

    code = "programme_not_found"
    message = "there is no programme of this code"


@dataclass(frozen=True, slots=True)
class Completion:
    """The programme's own criterion; a recording stands in for a missed session only where the programme says so."""

    attend: Literal["all"] | int
    recordings_count: bool

    def is_met(self, *, attended: int, caught_up: int, sessions: int) -> bool:
        """Whether so many sessions attended, and so many others caught up by recording, complete the programme."""
        return self.counted(attended, caught_up) >= (sessions if self.attend == "all" else self.attend)

    def counted(self, attended: int, caught_up: int) -> int:
        """How many of these sessions count."""
        return attended + caught_up if self.recordings_count else attended


@dataclass(frozen=True, slots=True)
class Programme:
    """An offer of the academy; cohorts of it take place."""

    programme_code: str
    family: str
    title: str
    levels: tuple[Level, ...]
    audience: str
    provider: str
    awarding_body: str | None
    award: str | None
    completion: Completion
    over_booking: bool
    late_entry: LateEntry = "none"
    version: int = 1

    def same_content_as(self, other: "Programme") -> bool:
        """Whether only the version differs."""
        return replace(self, version=other.version) == other

    def next_version_of(self, stored: "Programme") -> "Programme":
        """This content as the next version of what is stored."""
        return replace(self, version=stored.version + 1)
