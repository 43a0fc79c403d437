"""A cohort and its places: what the room holds, what may be enrolled, who waits."""

from collections.abc import Container
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Literal

from services.enrolment.catalogue.domain.cohort_plans import CohortPlan
from services.enrolment.catalogue.domain.programmes import LateEntry, Programme
from services.enrolment.catalogue.domain.working_days import working_days_before
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import CohortId, new_id
from shared.london import day_of

Rule = Literal["first_come"]
"""How a freed place finds the next person; `first_come` is the order of joining the list."""

Availability = Literal["open", "few_left", "full", "waiting", "cancelled"]
"""How it stands with places, in words: no number of people can be read from it."""

Stage = Literal["announced", "open", "closed", "running", "over", "cancelled"]
"""How a cohort stands at a moment, by its dates: enrolment opens, closes, the first session starts, the last ends."""

LONGEST_RUN = timedelta(days=3 * 366)
"""No programme runs longer once its enrolment has closed; what is dated later is a slip of the keyboard."""

MOST_SESSIONS = 100

_FEW = 5
"""A fifth of the places, and one in any case, is few."""


class CohortNotFound(NotFound):
    """No cohort has this id."""

    code = "cohort_not_found"
    message = "there is no such cohort"


class CohortFull(Conflict):
    """Every place is taken; the person may join the waiting list."""

    code = "cohort_full"


class CohortNotFull(Conflict):
    """There is a place: nobody waits while one may enrol."""

    code = "cohort_not_full"


class CohortNotOpenYet(Conflict):
    """Enrolment has not opened."""

    code = "cohort_not_open_yet"


class CohortClosed(Conflict):
    """Enrolment has closed."""

    code = "cohort_closed"


class CohortStarted(Conflict):
    """The first session has started, and the programme lets nobody in after that."""

    code = "cohort_started"


class OthersWait(Conflict):
    """A place is free, but not for this person: others have waited longer."""

    code = "others_wait"


class CohortCancelled(Conflict):
    """The cohort does not take place: nothing about it can be changed, and nobody enters."""

    code = "cohort_cancelled"


class CohortOver(Conflict):
    """It was held, and no session is still to come: there is nothing left to cancel."""

    code = "cohort_over"


class PlacesTaken(Conflict):
    """A cohort keeps the places that people hold."""

    code = "places_taken"


class ProgrammeFixed(Invalid):
    """A cohort is a run of one programme, once and for all."""

    code = "programme_fixed"
    place = ("programme_code",)


class TooManySessions(Conflict):
    """A cohort is a run of sessions that people can have in mind, and that one page shows."""

    code = "too_many_sessions"


class SessionOutsideCohort(Invalid):
    """A session starts once enrolment has opened, and not years after it has closed."""

    code = "session_outside_cohort"
    place = ("starts_at",)


@dataclass(slots=True)
class Cohort:
    """One run of a programme. What is decided on stands in its row, late entry too, and its row is locked to decide."""

    cohort_id: CohortId
    programme_code: str
    title: str
    seats: int
    places: int
    licences: int | None
    opens_at: datetime
    closes_at: datetime
    withdrawal_cutoff_days: int
    opened_at: datetime
    rule: Rule = "first_come"
    places_taken: int = 0
    waiting: int = 0
    last_ticket: int = 0
    sessions: int = 0
    first_session_at: datetime | None = None
    started_at: datetime | None = None
    version: int = 1
    late_entry: LateEntry = "none"
    cancelled_at: datetime | None = None
    cancellation_reason: str | None = None

    @classmethod
    def opened(cls, plan: CohortPlan, programme: Programme, *, at: datetime) -> "Cohort":
        """A new cohort as planned, if the programme allows the plan."""
        programme.must_be_offered()
        plan.check(programme)
        decided = asdict(plan)
        return cls(cohort_id=CohortId(new_id()), **decided, opened_at=at, late_entry=programme.late_entry)

    @property
    def plan(self) -> CohortPlan:
        """What was decided about it, as it stands."""
        return CohortPlan(**{field.name: getattr(self, field.name) for field in fields(CohortPlan)})

    def edit(self, plan: CohortPlan, programme: Programme, *, last_session_at: datetime | None = None) -> None:
        """Decide otherwise, within what the programme allows, people hold already, and sessions are planned for."""
        self.must_take_place()
        if plan.programme_code != self.programme_code:
            raise ProgrammeFixed(f"this is a cohort of {self.programme_code}: open another one for another programme")
        plan.check(programme, before=self.plan)
        if plan.places < self.places_taken:
            raise PlacesTaken(f"{self.places_taken} places are taken: there cannot be fewer than that")
        if (
            plan.opens_at != self.opens_at
            and self.first_session_at is not None
            and plan.opens_at > self.first_session_at
        ):
            raise SessionOutsideCohort("enrolment opens before the first session starts", at=("opens_at",))
        if (
            plan.closes_at != self.closes_at
            and last_session_at is not None
            and last_session_at > plan.closes_at + LONGEST_RUN
        ):
            raise SessionOutsideCohort(
                "the last session starts three years after enrolment closes at the latest", at=("closes_at",)
            )
        for field in fields(plan):
            setattr(self, field.name, getattr(plan, field.name))
        self.version += 1

    def cancel(self, reason: str, *, at: datetime) -> None:
        """It does not take place, or does not go on."""
        self.must_take_place()
        self.cancelled_at, self.cancellation_reason = at, reason
        self.version += 1

    def must_take_place(self) -> None:
        """Refuse what makes no sense once it is cancelled."""
        if self.cancelled_at is not None:
            raise CohortCancelled("this cohort was cancelled")

    def must_take_another_session(self, planned: int) -> None:
        """Refuse more sessions than a cohort has, cancelled ones among those that were `planned`."""
        self.must_take_place()
        if planned >= MOST_SESSIONS:
            raise TooManySessions(f"a cohort has {MOST_SESSIONS} sessions at most")

    def outside(self, starts_at: datetime) -> SessionOutsideCohort | None:
        """That a session lies outside the cohort's time; None where it does not."""
        if self.opens_at <= starts_at <= self.closes_at + LONGEST_RUN:
            return None
        return SessionOutsideCohort(
            f"enrolment in this cohort opens on {day_of(self.opens_at):%-d %B %Y} and closes on "
            f"{day_of(self.closes_at):%-d %B %Y}: a session starts after the one, "
            "and three years after the other at the latest",
        )

    @property
    def free(self) -> int:
        """Places nobody holds."""
        return self.places - self.places_taken

    @property
    def availability(self) -> Availability:
        """What whoever looks for a place is told; while somebody waits, a free place is none for others."""
        if self.cancelled_at is not None:
            return "cancelled"
        if self.waiting:
            return "waiting"
        if not self.free:
            return "full"
        return "few_left" if self.free <= max(1, self.places // _FEW) else "open"

    @property
    def promotes_until(self) -> datetime | None:
        """Until when a freed place goes to the next who waits; None while no session has a date.

        That is the first session's start, or the close of enrolment where people may enter late.
        """
        if self.first_session_at is None or self.late_entry == "none":
            return self.first_session_at
        return max(self.first_session_at, self.closes_at)

    def take_place(self, *, now: datetime) -> None:
        """Count one more place as taken; nobody passes those who wait."""
        self._must_let_in(now)
        if not self.free:
            raise CohortFull("every place of this cohort is taken; there is a waiting list")
        if self.waiting:
            raise OthersWait("others wait for a place and come first; join the waiting list")
        self.places_taken += 1

    def join_waiting_list(self, *, now: datetime) -> int:
        """Count one more person waiting; answers the ticket that keeps the order of joining."""
        self._must_let_in(now)
        if self.free and not self.waiting:
            raise CohortNotFull("there is a free place; enrol instead")
        self.waiting += 1
        self.last_ticket += 1
        return self.last_ticket

    def end_places(self, count: int) -> None:
        """So many who held a place, and all who waited, do so no more."""
        self.places_taken -= count
        self.waiting = 0

    def free_place(self) -> None:
        """A person who held a place gave it up."""
        self.places_taken -= 1

    def leave_waiting_list(self) -> None:
        """A person who waited gave up waiting."""
        self.waiting -= 1

    def can_promote(self, *, now: datetime) -> bool:
        """Whether a free place goes to the next who waits."""
        return self.waiting > 0 and self.free > 0 and not self._has_stopped_promoting(now)

    def must_still_promote(self, *, now: datetime) -> None:
        """Refuse who waits in vain: from now on a freed place stays free."""
        if self._has_stopped_promoting(now):
            raise self._over()

    def promote(self) -> None:
        """The next who waits takes the freed place."""
        self.waiting -= 1
        self.places_taken += 1

    def has_begun(self, now: datetime) -> bool:
        """Whether the first session has started."""
        return self.first_session_at is not None and self.first_session_at <= now

    def cutoff_day(self, bank_holidays: Container[date]) -> date | None:
        """The last day to give up a place in time: the agreed working days before the first session's day."""
        if self.first_session_at is None:
            return None
        return working_days_before(day_of(self.first_session_at), self.withdrawal_cutoff_days, bank_holidays)

    def is_past_cutoff(self, now: datetime, bank_holidays: Container[date]) -> bool:
        """Whether a withdrawal now is late."""
        last_day = self.cutoff_day(bank_holidays)
        return last_day is not None and day_of(now) > last_day

    def _must_let_in(self, now: datetime) -> None:
        self.must_take_place()
        if now < self.opens_at:
            raise CohortNotOpenYet(f"enrolment opens on {day_of(self.opens_at):%-d %B %Y}")
        if now >= self.closes_at:
            raise CohortClosed(f"enrolment closed on {day_of(self.closes_at):%-d %B %Y}")
        if self.has_begun(now) and self.late_entry == "none":
            raise self._over()

    def _has_stopped_promoting(self, now: datetime) -> bool:
        return self.cancelled_at is not None or (self.promotes_until is not None and now >= self.promotes_until)

    def _over(self) -> Conflict:
        if self.cancelled_at is not None:
            return CohortCancelled("this cohort was cancelled")
        if self.late_entry == "none":
            return CohortStarted("the first session has started: nobody enters and no free place is handed on any more")
        return CohortClosed("enrolment has closed: no free place is handed on any more")
