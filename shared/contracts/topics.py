"""The topics, declared once; `shared.messaging.topics` applies them and checks for drift."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

PARTITIONS = 12
"""Frozen: a key's partition is murmur2(key) mod 12, computed when the event is written."""

DEAD_LETTER_RETENTION = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of key; `restricted` topics are readable by named consumer groups only."""

    name: str
    access: Literal["open", "restricted"]
    holds: str
    retention: timedelta | None = None


_CONTACT_RETENTION = timedelta(days=7)

TOPICS: tuple[Topic, ...] = (
    Topic("enrolment.programmes", "open", "what the academy offers, by programme code"),
    Topic("enrolment.cohorts", "open", "cohorts and their sessions, by cohort"),
    Topic("enrolment.learners", "open", "places, attendance and completion, by person"),
    Topic("enrolment.contacts", "restricted", "contact details of learners, by person", _CONTACT_RETENTION),
    Topic("enrolment.activity", "open", "what the academy did, as counts after disclosure control"),
    Topic("coaching.practitioners", "restricted", "the register of coaches and mentors, by person"),
    Topic("coaching.relationships", "restricted", "invitations, requests and matches, by relationship"),
    Topic("coaching.contacts", "restricted", "contact details of practitioners, by person", _CONTACT_RETENTION),
    Topic("talent.members", "restricted", "talent pool members and their readiness, by person"),
    Topic("talent.pools", "open", "the pools as counts after disclosure control, by system"),
    Topic("talent.contacts", "restricted", "contact details of pool members, by person", _CONTACT_RETENTION),
    Topic("notifications.messages", "restricted", "what was sent to whom and why, by message"),
)

DEAD_LETTERS = ".dlt."
"""Stands between a topic and the consumer group whose dead letters of it are kept there."""

OPEN = frozenset(t.name for t in TOPICS if t.access == "open")
WITHHELD = "withheld: restricted topic"
"""Stands where something of a restricted topic would: also of a dead-letter topic, and of one nobody declared."""


def shown_key(topic: str, key: str) -> str:
    """A key as people may see it: of a restricted topic it may be the person whom the event judges."""
    return key if topic in OPEN else WITHHELD


def named(topic: str, key: str) -> dict[str, str]:
    """A key for the log: of a restricted topic the topic alone, so the line tells the event's id too."""
    return {"topic": topic, "key": key} if topic in OPEN else {"topic": topic}


def owner(name: str) -> str:
    """The service that alone writes the topic: who gave up, of dead letters, else whose name stands first in it."""
    written, _, group = name.partition(DEAD_LETTERS)
    return group or written.partition(".")[0]


def copies_kept(name: str) -> timedelta:
    """How long copies of a topic's records are kept elsewhere: never longer than the records themselves."""
    return min(topic(name).retention or DEAD_LETTER_RETENTION, DEAD_LETTER_RETENTION)


def topic(name: str) -> Topic:
    """The declared topic of that name; KeyError for one nobody declared."""
    return {t.name: t for t in TOPICS}[name]
