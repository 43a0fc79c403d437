"""What the academy offers: a programme, and what completing it takes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.errors import Conflict, NotFound

Level = Literal["I", "We", "Us"]

LateEntry = Literal["none", "while_running"]
"""Who enters once the first session has started: nobody, or whoever asks until the cohort's enrolment closes.

Enrolments and registers follow it alike: whoever entered counts in every session that had not ended by then.
"""


class ProgrammeNotFound(NotFound):
    """No programme has this code."""

    code = "programme_not_found"
    message = "there is no programme of this code"


class ProgrammeRetired(Conflict):
    """The programme is offered no more; who publishes it again offers it again."""

    code = "programme_retired"


@dataclass(frozen=True, slots=True)
class Completion:
    """The programme's own criterion; a recording stands in for a missed session only where the programme says so."""

    attend: Literal["all"] | int
    recordings_count: bool

    def is_met(self, *, attended: int, caught_up: int, sessions: int) -> bool:
        """Whether so many sessions attended, and so many others caught up by recording, complete the programme.

        Where there is no session nothing was completed.
        """
        return sessions > 0 and self.counted(attended, caught_up) >= (sessions if self.attend == "all" else self.attend)

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
    retired_at: datetime | None = None

    def must_be_offered(self) -> None:
        """Refuse a new cohort of what is offered no more."""
        if self.retired_at is not None:
            raise ProgrammeRetired(f"{self.programme_code} was retired: publish it again to open cohorts of it")

    def retired(self, *, at: datetime) -> "Programme":
        """Offered no more: its cohorts go on, and no new one opens."""
        return replace(self, retired_at=at, version=self.version + 1)

    def same_content_as(self, other: "Programme") -> bool:
        """Whether only the version differs."""
        return replace(self, version=other.version) == other

    def next_version_of(self, stored: "Programme") -> "Programme":
        """This content as the next version of what is stored."""
        return replace(self, version=stored.version + 1)
