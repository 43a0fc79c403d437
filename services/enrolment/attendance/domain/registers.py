"""What happened at a session: live, in part or missed on the day; caught up by recording is a truth beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from services.enrolment.catalogue.domain.programmes import Completion
from services.enrolment.catalogue.domain.sessions import Session
from services.enrolment.places.domain.enrolments import EnrolmentId
from shared.errors import Conflict
from shared.ids import PersonId

OnTheDay = Literal["live", "part", "missed"]
Mode = Literal["live", "part", "missed", "recording", "not_watched"]

LIVE_SHARE = 0.75
"""Who was there for three quarters of the minutes attended live."""


class NotEnrolled(Conflict):
    """The register counts those who held a place while the session lasted, from its start or from some time in it."""

    code = "not_enrolled"


class MinutesContradictMode(Conflict):
    """Live is 75 % of the minutes or more, part at least one, missed none."""

    code = "minutes_contradict_mode"


class ApologiesContradictMode(Conflict):
    """Apologies go with a missed session."""

    code = "apologies_contradict_mode"


class ToldTwice(Conflict):
    """One register tells two different things of one person."""

    code = "told_twice"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a register as sent. Minutes are those of the day, whatever was watched later.

    `recording` says that the recording was watched, `not_watched` takes that back.
    """

    person_id: PersonId
    mode: Mode
    minutes: int | None = None
    apologies: bool = False

    @property
    def of_the_day(self) -> bool:
        """Whether it tells what happened on the day, not what became of the recording."""
        return self.mode in {"live", "part", "missed"}

    def check(self, session_minutes: int) -> None:
        """Refuse minutes or apologies that contradict the mode."""
        if self.apologies and self.mode != "missed":
            raise ApologiesContradictMode(f"apologies do not go with {self.mode!r}")
        if self.minutes is None or not self.of_the_day:
            return
        if self.mode != mode_by_minutes(self.minutes, session_minutes):
            raise MinutesContradictMode(f"{self.minutes} of {session_minutes} minutes is not {self.mode!r}")


def mode_by_minutes(minutes: int, session_minutes: int) -> OnTheDay:
    """What so many minutes of a session amount to."""
    if minutes >= LIVE_SHARE * session_minutes:
        return "live"
    return "part" if minutes >= 1 else "missed"


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of one person and one session; the two truths do not overwrite each other."""

    on_the_day: OnTheDay | None = None
    minutes: int | None = None
    apologies: bool = False
    recording: bool = False

    @property
    def told(self) -> bool:
        """Whether anything is told of this person at all."""
        return self.on_the_day is not None or self.recording

    @property
    def attended(self) -> bool:
        """Live or part; a recording never counts as attendance."""
        return self.on_the_day in {"live", "part"}

    @property
    def caught_up(self) -> bool:
        """Missed on the day, watched later."""
        return self.recording and not self.attended

    def after(self, row: Row) -> "Mark":
        """The mark after this row."""
        match row.mode:
            case "recording" | "not_watched":
                return replace(self, recording=row.mode == "recording")
            case "live" | "part" | "missed":
                return replace(self, on_the_day=row.mode, minutes=row.minutes, apologies=row.apologies)


@dataclass(frozen=True, slots=True)
class Participant:
    """A person of the cohort with what is known so far, here and over the cohort's other sessions."""

    person_id: PersonId
    enrolment_id: EnrolmentId
    completed: bool
    mark: Mark
    attended_elsewhere: int
    caught_up_elsewhere: int

    def meets(self, criterion: Completion, mark: Mark, sessions: int) -> bool:
        """Whether the criterion is met with this mark."""
        return criterion.is_met(
            attended=self.attended_elsewhere + mark.attended,
            caught_up=self.caught_up_elsewhere + mark.caught_up,
            sessions=sessions,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a register as it is read back; `recorded_at` is None where nothing was entered yet."""

    person_id: PersonId
    name: str
    mark: Mark
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; a refused row says why and holds up no other."""

    person_id: PersonId
    outcome: Literal["recorded", "changed", "unchanged", "refused"]
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that told something new, and the mark it left."""

    participant: Participant
    row: Row
    mark: Mark


@dataclass(slots=True)
class Register:
    """The register of one session while rows are entered into it."""

    session: Session
    participants: dict[PersonId, Participant]
    marks: dict[PersonId, Mark] = field(default_factory=dict[PersonId, Mark])
    entries: list[Entry] = field(default_factory=list[Entry])
    seen: dict[tuple[PersonId, bool], Row] = field(default_factory=dict[tuple[PersonId, bool], Row])

    def enter_all(self, rows: Iterable[Row]) -> list[RowResult]:
        """An answer for every row, in order."""
        return [self._result(row) for row in rows]

    def taken_on_the_day(self) -> bool:
        """Whether any row told what happened on the day: then the session was held."""
        return any(entry.row.of_the_day for entry in self.entries)

    def completing(self, criterion: Completion, sessions: int) -> list[Participant]:
        """Who meets the programme's criterion by this register and did not before."""
        return [p for p, meets in self._judged(criterion, sessions) if meets and not p.completed]

    def falling_short(self, criterion: Completion, sessions: int) -> list[Participant]:
        """Who had completed the programme and by this register has not, because less counts than before."""
        judged = self._judged(criterion, sessions)
        return [p for p, meets in judged if p.completed and not meets and self._lost(criterion, p)]

    def _lost(self, criterion: Completion, participant: Participant) -> bool:
        before, after = participant.mark, self.marks[participant.person_id]
        return criterion.counted(after.attended, after.caught_up) < criterion.counted(before.attended, before.caught_up)

    def _judged(self, criterion: Completion, sessions: int) -> Iterator[tuple[Participant, bool]]:
        changed = (self.participants[person_id] for person_id in self.marks)
        return ((p, p.meets(criterion, self.marks[p.person_id], sessions)) for p in changed)

    def _result(self, row: Row) -> RowResult:
        try:
            return self._enter(row)
        except Conflict as refusal:
            return RowResult(row.person_id, "refused", refusal.code, str(refusal))

    def _enter(self, row: Row) -> RowResult:
        participant = self._participant(row)
        before = self.marks.get(row.person_id, participant.mark)
        after = before.after(row)
        if after == before:
            return RowResult(row.person_id, "unchanged")
        self.marks[row.person_id] = after
        self.entries.append(Entry(participant, row, after))
        corrected = before.on_the_day is not None if row.of_the_day else before.recording
        return RowResult(row.person_id, "changed" if corrected else "recorded")

    def _participant(self, row: Row) -> Participant:
        row.check(self.session.minutes)
        if row.person_id not in self.participants:
            raise NotEnrolled("this person held no place while the session lasted")
        if self.seen.setdefault((row.person_id, row.of_the_day), row) != row:
            raise ToldTwice("this register tells two different things of this person")
        return self.participants[row.person_id]
