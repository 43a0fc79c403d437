"""A session of a cohort: its time, and the addresses that never leave this service."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import Conflict, Invalid, NotFound
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


class SessionNotStarted(Conflict):
    """What happens on the day can only be told once the session has started."""

    code = "session_not_started"


def new_ref() -> str:
    """An opaque reference nobody can guess; events and mails carry it in place of an address."""
    return secrets.token_urlsafe(18)


@dataclass(slots=True)
class Session:
    """One sitting of a cohort; `held_at` is when its register was first taken: until then nobody knows it was held."""

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

    @classmethod
    def scheduled(
        cls, cohort_id: CohortId, *, title: str, starts_at: datetime, ends_at: datetime, join_url: str
    ) -> "Session":
        """A new session, if its times make one sitting."""
        if not timedelta() < ends_at - starts_at <= LONGEST:
            raise SessionTimesWrong("a session ends after it starts and lasts twelve hours at most")
        return cls(SessionId(new_id()), cohort_id, title, starts_at, ends_at, new_ref(), join_url)

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    def must_have_started(self, now: datetime) -> None:
        """Refuse to tell what happened before anything has."""
        if now < self.starts_at:
            raise SessionNotStarted("the session has not started yet")

    def publish_recording(self, url: str, *, now: datetime) -> bool:
        """Keep the recording's address; False when it is there already. The reference stays when the address moves."""
        self.must_have_started(now)
        if self.recording_url == url:
            return False
        self.recording_url = url
        self.recording_ref = self.recording_ref or new_ref()
        return True
