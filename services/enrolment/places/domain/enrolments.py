"""A person's place in a cohort, or their wait for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NewType, get_args
from uuid import UUID

from services.enrolment.catalogue.domain.cohorts import Cohort, OthersWait
from services.enrolment.people.domain.learners import Position
from shared.errors import Conflict, Forbidden, NotFound
from shared.ids import CohortId, PersonId, new_id

EnrolmentId = NewType("EnrolmentId", UUID)

State = Literal["enrolled", "waitlisted", "withdrawn", "completed"]
Method = Literal["self", "manager", "nomination", "team"]
By = Literal["learner", "academy"]

SAID_BY: Mapping[str, frozenset[Method]] = MappingProxyType(
    {"learner": frozenset({"self"}), "programme_lead": frozenset(get_args(Method))}
)
"""On whose initiative a role may say that somebody is enrolled: a learner's word is no manager's and no nominator's."""


COHORT_CANCELLED = "cohort_cancelled"
"""The reason of a withdrawal that nobody asked for; in no code list, so that nobody gives it for another."""


class EnrolmentNotFound(NotFound):
    """No enrolment has this id, or not within the caller's scope."""

    code = "enrolment_not_found"
    message = "there is no such enrolment"


class MethodNotYours(Forbidden):
    """Whose initiative it was is for somebody else to say."""

    code = "method_not_yours"


class AlreadyEnrolled(Conflict):
    """One person holds one place of a cohort."""

    code = "already_enrolled"


class AlreadyWaiting(Conflict):
    """One person stands on a cohort's waiting list once."""

    code = "already_waiting"


class AlreadyWithdrawn(Conflict):
    """What was given up cannot be given up again."""

    code = "already_withdrawn"


class AlreadyCompleted(Conflict):
    """Who completed the programme has no place left to give up."""

    code = "already_completed"


def must_say(method: Method, roles: Iterable[str]) -> None:
    """MethodNotYours unless one of the roles may say so."""
    theirs = frozenset[Method]().union(*(SAID_BY.get(role, frozenset()) for role in roles))
    if method not in theirs:
        raise MethodNotYours(f"you may say only: {', '.join(sorted(theirs))}")


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks for a place: the position held today, and what the person holds of this cohort already."""

    person_id: PersonId
    position: Position
    holds: State | None
    is_next: bool = False
    """Whether a place that stayed free is theirs: they wait, and nobody has waited longer."""

    @property
    def waits(self) -> bool:
        """Whether the person stands on the waiting list."""
        return self.holds == "waitlisted"

    def must_be_new_here(self) -> None:
        """Refuse who holds a place or waits already."""
        if self.waits:
            raise AlreadyWaiting("this person is on the waiting list already")
        if self.holds is not None:
            raise AlreadyEnrolled("this person holds a place already")

    def must_be_in_turn(self, cohort: Cohort, *, now: datetime) -> None:
        """Refuse who waits a place that is not there, not handed on any more, or not theirs."""
        cohort.must_still_promote(now=now)
        if not cohort.free:
            self.must_be_new_here()
        if not self.is_next:
            raise OthersWait("a place is free, but others joined the waiting list earlier and come first")


@dataclass(slots=True)
class Enrolment:
    """A place or a wait. The position is the one held when the place was given: no report changes later."""

    enrolment_id: EnrolmentId
    cohort_id: CohortId
    person_id: PersonId
    state: State
    method: Method
    position: Position
    asked_at: datetime
    enrolled_at: datetime | None = None
    ticket: int | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: By | None = None
    reason: str | None = None
    late: bool | None = None
    completed_at: datetime | None = None

    @classmethod
    def confirmed(cls, cohort_id: CohortId, applicant: Applicant, *, method: Method, at: datetime) -> "Enrolment":
        """A place, taken at once."""
        return cls(
            EnrolmentId(new_id()),
            cohort_id,
            applicant.person_id,
            "enrolled",
            method,
            applicant.position,
            asked_at=at,
            enrolled_at=at,
        )

    @classmethod
    def waiting(
        cls, cohort_id: CohortId, applicant: Applicant, *, method: Method, ticket: int, at: datetime
    ) -> "Enrolment":
        """A wait; the ticket keeps the order of joining."""
        return cls(
            EnrolmentId(new_id()),
            cohort_id,
            applicant.person_id,
            "waitlisted",
            method,
            applicant.position,
            asked_at=at,
            ticket=ticket,
        )

    def withdraw(self, *, by: By, reason: str, late: bool, at: datetime) -> State:
        """Give up the place or the wait; answers which it was."""
        self.must_be_held()
        previous, self.state = self.state, "withdrawn"
        self.withdrawn_at, self.withdrawn_by, self.reason = at, by, reason
        self.late = late and previous == "enrolled"
        return previous

    def must_be_held(self) -> None:
        """Refuse to give up what is over."""
        if self.state == "withdrawn":
            raise AlreadyWithdrawn("this enrolment was withdrawn already")
        if self.state == "completed":
            raise AlreadyCompleted("the programme was completed; there is nothing left to withdraw from")

    def promote(self, *, at: datetime) -> None:
        """The wait becomes a place."""
        self.state, self.enrolled_at = "enrolled", at


@dataclass(frozen=True, slots=True)
class Attendee:
    """An enrolment with the person's name, for those who run the cohort; `rank` as in a standing."""

    enrolment: Enrolment
    name: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An enrolment with the cohort it is in, for the person; `rank` is where those stand who wait, from 1 on."""

    enrolment: Enrolment
    cohort: Cohort
    rank: int | None
