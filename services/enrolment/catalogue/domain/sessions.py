"""A session of a cohort: its time, and the addresses that never leave this service."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.enrolment.catalogue.domain.cohorts import Cohort, CohortOver
from services.enrolment.catalogue.domain.link_hosts import LinkHosts
from shared.errors import Conflict, Invalid, NotFound, refuse
from shared.ids import CohortId, SessionId, new_id

LONGEST = timedelta(hours=12)
"""A session is one sitting; what lasts longer is several sessions."""


class SessionNotFound(NotFound):
    """No session has this id, or not within the caller's scope."""

    code = "session_not_found"
    message = "there is no such session"


class SessionTimesWrong(Invalid):
    """A session ends after it starts, on the same sitting."""

    code = "session_times_wrong"
    place = ("ends_at",)


class SessionCancelled(Conflict):
    """The session does not take place."""

    code = "session_cancelled"


class SessionHeld(Conflict):
    """Its register tells of somebody, or its recording is published: it took place as it stands."""

    code = "session_held"


class SessionMovedIntoPast(Conflict):
    """What people still expect is cancelled, not moved to a time that is over."""

    code = "session_moved_into_past"


class SessionNotStarted(Conflict):
    """What happens on the day can only be told once the session has started."""

    code = "session_not_started"


def new_ref() -> str:
    """An opaque reference nobody can guess; events and mails carry it in place of an address."""
    return secrets.token_urlsafe(18)


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What a programme lead decides about a session, and may decide otherwise later."""

    title: str
    starts_at: datetime
    ends_at: datetime
    join_url: str

    def check(self, cohort: Cohort, hosts: LinkHosts, *, before: "SessionPlan | None" = None) -> None:
        """Refuse times that make no sitting, or lie outside the cohort's, and links that lead anywhere.

        Of an edit only what is otherwise than `before`: a host may have gone from the list since.
        """
        times = before is None or self.times != before.times
        link = before is None or self.join_url != before.join_url
        refuse(
            (
                self._no_sitting() if times else None,
                cohort.outside(self.starts_at) if times else None,
                hosts.fault(self.join_url, at=("join_url",)) if link else None,
            )
        )

    @property
    def times(self) -> tuple[datetime, datetime]:
        """From when until when."""
        return self.starts_at, self.ends_at

    def _no_sitting(self) -> SessionTimesWrong | None:
        if timedelta() < self.ends_at - self.starts_at <= LONGEST:
            return None
        return SessionTimesWrong("a session ends after it starts and lasts twelve hours at most")


@dataclass(slots=True)
class Session:
    """One sitting of a cohort; `held_at` is when its register first told of the day, since when it counts as held.

    `told` is whether its register tells of anybody at all, be it only that the recording was watched.
    """

    session_id: SessionId
    cohort_id: CohortId
    title: str
    starts_at: datetime
    ends_at: datetime
    join_ref: str
    join_url: str
    recording_ref: str | None = None
    recording_url: str | None = None
    held_at: datetime | None = None
    calendar_sequence: int = 0

    version: int = 1
    cancelled_at: datetime | None = None
    cancellation_reason: str | None = None
    told: bool = False

    @classmethod
    def scheduled(cls, cohort: Cohort, plan: SessionPlan, hosts: LinkHosts, *, planned: int = 0) -> "Session":
        """A new session of a cohort that takes place, beside those `planned` already."""
        cohort.must_take_another_session(planned)
        plan.check(cohort, hosts)
        return cls(
            SessionId(new_id()), cohort.cohort_id, plan.title, plan.starts_at, plan.ends_at, new_ref(), plan.join_url
        )

    @property
    def plan(self) -> SessionPlan:
        """What was decided about it, as it stands."""
        return SessionPlan(self.title, self.starts_at, self.ends_at, self.join_url)

    @property
    def took_place(self) -> bool:
        """Whether anybody said so: by its register, or by a recording of it."""
        return self.told or self.recording_ref is not None

    def is_to_come(self, now: datetime) -> bool:
        """Whether it is still to be held: one that has ended may have been, before its register is taken."""
        return self.cancelled_at is None and not self.took_place and self.ends_at > now

    def edit(self, plan: SessionPlan, cohort: Cohort, hosts: LinkHosts, *, now: datetime) -> bool:
        """Decide otherwise; whether calendars have to follow. Where people join may change without anybody noticing."""
        self.must_be_editable(cohort)
        plan.check(cohort, hosts, before=self.plan)
        moved = plan.times != self.plan.times
        if moved:
            self._must_be_movable(plan, now)
        seen = moved or plan.title != self.title
        self.title, self.starts_at, self.ends_at, self.join_url = (
            plan.title,
            plan.starts_at,
            plan.ends_at,
            plan.join_url,
        )
        self.calendar_sequence += seen
        self.version += 1
        return seen

    def must_be_editable(self, cohort: Cohort) -> None:
        """Refuse to decide otherwise about what does not take place."""
        cohort.must_take_place()
        self.must_take_place()

    def _must_be_movable(self, plan: SessionPlan, now: datetime) -> None:
        if self.took_place:
            raise SessionHeld("this session was held: its times stay as they were")
        if plan.ends_at <= now < self.ends_at:
            raise SessionMovedIntoPast("people still expect this session: cancel it rather than move it into the past")

    def cancel(self, reason: str, *, at: datetime) -> None:
        """It does not take place."""
        self.must_be_cancellable()
        self.cancelled_at, self.cancellation_reason = at, reason
        self.calendar_sequence += 1
        self.version += 1

    def must_be_cancellable(self) -> None:
        """Refuse to take back what was held, or was cancelled already."""
        self.must_take_place()
        if self.took_place:
            raise SessionHeld("this session was held, so it cannot be cancelled")

    def must_take_place(self) -> None:
        """Refuse what makes no sense once it is cancelled."""
        if self.cancelled_at is not None:
            raise SessionCancelled("this session was cancelled")

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    def must_have_started(self, now: datetime) -> None:
        """Refuse to tell what happened before anything has, or of what never did."""
        self.must_take_place()
        if now < self.starts_at:
            raise SessionNotStarted("the session has not started yet")

    def publish_recording(self, url: str, hosts: LinkHosts, *, now: datetime) -> bool:
        """Keep the recording's address; False when it is there already. The reference stays when the address moves."""
        self.must_have_started(now)
        if self.recording_url == url:
            return False
        refuse([hosts.fault(url, at=("recording_url",))])
        self.recording_url = url
        self.recording_ref = self.recording_ref or new_ref()
        self.version += 1
        return True

    def hold(self, *, at: datetime) -> bool:
        """Its register tells of the day; False when one did before, for the first time stays."""
        if self.held_at is not None:
            return False
        self.held_at = at
        self.version += 1
        return True


def still_to_come(planned: Sequence[Session], now: datetime) -> list[Session]:
    """Those of a cohort that are still to be held; CohortOver where it was held and none is."""
    to_come = [session for session in planned if session.is_to_come(now)]
    if not to_come and any(session.took_place for session in planned):
        raise CohortOver("no session of this cohort is still to come: there is nothing left to cancel")
    return to_come
