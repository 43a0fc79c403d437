"""A message: one per (event, person, purpose), from the event that caused it to the word of the mail server.

Of cancellations there is one a session, because each takes one entry out of a calendar.

States carry the names of GOV.UK Notify where its meaning fits; `suppressed` is the academy's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID, uuid5

from shared.errors import NotFound
from shared.ids import CohortId, EventId, PersonId, SessionId

MessageId = NewType("MessageId", UUID)


RECORDING_COMES_WITHIN = timedelta(days=90)
"""How long a recording is waited for; one that comes later is sent all the same."""


class Silence(StrEnum):
    """Why a message that was asked for is not sent."""

    PLACE_GIVEN_UP = "place_given_up"
    ALREADY_TOLD = "already_told"
    OVER = "over"
    SUPERSEDED = "superseded"
    ATTENDED = "attended"
    WATCHED = "watched"
    NOT_RECORDED = "not_recorded"


class MessageUnknown(NotFound):
    """There is no such message."""

    code = "message_unknown"
    message = "there is no such message"


class Purpose(StrEnum):
    """What a message is for; each has a template of the same name."""

    CONFIRMATION = "confirmation"
    SESSION_UPDATE = "session_update"
    SESSION_CANCELLED = "session_cancelled"
    WAITING_LIST = "waiting_list"
    WITHDRAWAL = "withdrawal"
    COHORT_CANCELLED = "cohort_cancelled"
    CANCELLATION = "cancellation"
    RECORDING = "recording"
    TALENT_UPDATE = "talent_update"
    COACHING_INVITATION = "coaching_invitation"
    ADDRESS_CONFIRMATION = "address_confirmation"
    ADDRESS_CHANGE = "address_change"


PRIVATE = frozenset({Purpose.TALENT_UPDATE, Purpose.COACHING_INVITATION})
"""Caused by a judgement on the person: marked private, and nothing of the judgement in the message."""


ENDS_PLACE = frozenset({Purpose.WITHDRAWAL, Purpose.COHORT_CANCELLED})
"""Says that a place or a wait is over, and takes all dates out of the person's calendar."""


ABOUT_ADDRESSES = frozenset({Purpose.ADDRESS_CONFIRMATION, Purpose.ADDRESS_CHANGE})
"""About an address that a person gave: to that address, and to the one in use."""


class State(StrEnum):
    """Where a message stands; `created` also while something it needs is not known yet."""

    CREATED = "created"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    TEMPORARY_FAILURE = "temporary-failure"
    PERMANENT_FAILURE = "permanent-failure"
    TECHNICAL_FAILURE = "technical-failure"


@dataclass(frozen=True, slots=True)
class Cause:
    """The event a message answers; its time is the message's moment."""

    event_id: EventId
    correlation_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said to whom and why; `details` are words for the template, never personal data.

    `recipient` is an address apart from the one in use: an earlier one, or one that is to be confirmed; without one the
    message goes where the person is reached today.
    """

    person_id: PersonId
    purpose: Purpose
    cause: Cause
    cohort_id: CohortId | None = None
    session_id: SessionId | None = None
    details: Mapping[str, str | bool] | None = None
    recipient: str | None = None

    @property
    def id(self) -> MessageId:
        """The same for the same cause, person and purpose, even in a database restored from a backup.

        A mail said twice then carries one Message-ID. The first half is the cause's own (a UUIDv7: its time), so
        messages lie and list in the order of their causes. One cause may cancel several sessions, each by a mail.
        """
        event_id = self.cause.event_id
        what = f"{self.person_id}/{self.purpose}"
        if self.purpose is Purpose.CANCELLATION:
            what += f"/{self.session_id}"
        return MessageId(UUID(bytes=event_id.bytes[:8] + uuid5(event_id, what).bytes[8:]))

    @property
    def mail_id(self) -> UUID:
        """What the mail's Message-ID is made of: of a recording its person and session, whichever miss it answers.

        A miss told again, after a crash that came between the mail server's yes and the commit, is then the same mail.
        """
        if self.purpose is Purpose.RECORDING and self.session_id is not None:
            return uuid5(self.session_id, f"{self.person_id}/{self.purpose}")
        return self.id


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A message as those who answer for it see it: never its text."""

    message_id: MessageId
    person_id: PersonId
    purpose: Purpose
    state: State
    waiting_for: tuple[str, ...]
    failure_code: str | None
    template: str | None
    cause_event_id: EventId
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    cohort_id: CohortId | None
    session_id: SessionId | None
