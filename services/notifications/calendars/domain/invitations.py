"""What a participant's calendar is told of a session.

Source: RFC 5545 (UID, SEQUENCE) and RFC 5546 (REQUEST, CANCEL): a calendar keeps the entry with the highest
sequence of a UID, so every further word on a session must carry a higher one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from services.notifications.calendars.domain.cohorts import Session
from shared.ids import PersonId


class Method(StrEnum):
    """What a calendar is asked to do."""

    REQUEST = "REQUEST"
    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class LastSent:
    """The last word on a session that left for a person; `session_sequence` is the session's own at that time.

    The entry lives in the calendar at `email`; where none was noted, at the address the person has today.
    """

    sequence: int
    session_sequence: int
    cancelled: bool
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A session of a person's cohort and the last word on it, if any left."""

    person_id: PersonId
    session: Session
    last_sent: LastSent | None = None

    @property
    def uid(self) -> UUID:
        """One UID a person and session, whatever is sent when."""
        return uuid5(self.session.id, str(self.person_id))

    @property
    def stands(self) -> bool:
        """Whether the person's calendar holds the session."""
        return self.last_sent is not None and not self.last_sent.cancelled

    @property
    def current(self) -> bool:
        """Whether the person's calendar holds the session as it is now; a cancelled one it does not hold."""
        if self.session.cancelled:
            return not self.stands
        return (
            self.last_sent is not None
            and not self.last_sent.cancelled
            and self.last_sent.session_sequence >= self.session.calendar_sequence
        )

    def stands_elsewhere(self, email: str) -> bool:
        """Whether the calendar that holds the session is another than the one at this address."""
        home = self.last_sent.email if self.last_sent is not None else None
        return self.stands and home is not None and home.casefold() != email.casefold()

    def next(self, method: Method, email: str) -> "CalendarEntry":
        """The next word on the session, for the calendar at this address.

        One number is left to the cancellation at an earlier address: forwarded to this one, it comes too late.
        """
        own = self.session.calendar_sequence
        step = 2 if self.stands_elsewhere(email) else 1
        sequence = own if self.last_sent is None else max(own, self.last_sent.sequence + step)
        return CalendarEntry(self.person_id, self.session, self.uid, method, sequence, email)

    def standing(self) -> "CalendarEntry":
        """The session by the last word on it, or, where that is outdated, as the next one is going to say it.

        It is no word of its own: beside the mail's entry a calendar has to take it for the same.
        """
        home = (self.last_sent.email if self.last_sent is not None else None) or ""
        if self.current and self.last_sent is not None:
            sequence = self.last_sent.sequence
            return CalendarEntry(self.person_id, self.session, self.uid, Method.PUBLISH, sequence, home)
        return self.next(Method.PUBLISH, home)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One word on one session, for one person's calendar."""

    person_id: PersonId
    session: Session
    uid: UUID
    method: Method
    sequence: int
    email: str


def invite(invitations: Iterable[Invitation], email: str, *, as_at: datetime) -> tuple[CalendarEntry, ...]:
    """Every session that has not ended."""
    return tuple(i.next(Method.REQUEST, email) for i in invitations if i.session.is_to_come(as_at))


def standing(invitations: Iterable[Invitation], *, as_at: datetime) -> tuple[CalendarEntry, ...]:
    """Every session that has not ended, as a person's calendar is to hold it."""
    return tuple(i.standing() for i in invitations if i.session.is_to_come(as_at))


def update(invitations: Iterable[Invitation], email: str, *, as_at: datetime) -> tuple[CalendarEntry, ...]:
    """The sessions that the person's calendar does not hold as they are now."""
    return tuple(i.next(Method.REQUEST, email) for i in invitations if i.session.is_to_come(as_at) and not i.current)


def cancel(invitations: Iterable[Invitation], email: str, *, as_at: datetime) -> tuple[CalendarEntry, ...]:
    """The sessions that the calendar at this address still holds."""
    held = (i for i in invitations if i.session.ends_at > as_at and i.stands and not i.stands_elsewhere(email))
    return tuple(i.next(Method.CANCEL, email) for i in held)


def call_off(invitations: Iterable[Invitation], email: str, *, as_at: datetime) -> tuple[CalendarEntry, ...]:
    """The cancelled sessions that a calendar still holds, at whichever address: the person is told at this one."""
    held = (i for i in invitations if i.session.ends_at > as_at and i.session.cancelled and i.stands)
    return tuple(i.next(Method.CANCEL, email) for i in held)


def left_behind(invitations: Iterable[Invitation], email: str, *, as_at: datetime) -> tuple[CalendarEntry, ...]:
    """The sessions that the calendar at an earlier address still holds, each cancelled there."""
    elsewhere = (i for i in invitations if i.session.ends_at > as_at and i.stands_elsewhere(email))
    return tuple(i.next(Method.CANCEL, i.last_sent.email) for i in elsewhere if i.last_sent and i.last_sent.email)
