"""Which effect each event must have had in each subscriber, and which effects were found."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from tests.chaos.dumps import Dumps, Seen, ServiceDump, Stream

Effect: TypeAlias = tuple[str, ...]
"""What tells an effect from any other."""

ByStream: TypeAlias = Mapping[Stream, Sequence[Effect]]

_QUALIFIES_FOR = {"ilm_5": "coach"}
"""The awards the run's own completions bear, by what they qualify for."""

_EVIDENCE = {"SessionAttended": "session_attended", "ProgrammeCompleted": "programme_completed"}
_MESSAGES = {
    "LearnerEnrolled": "confirmation",
    "LearnerWaitlisted": "waiting_list",
    "EnrolmentWithdrawn": "withdrawal",
    "SessionMissed": "recording",
    "CoachingInvited": "coaching_invitation",
    "PoolReadinessChanged": "talent_update",
}


def expected(dumps: Dumps, consumer: str, without: AbstractSet[UUID]) -> ByStream:
    """The effects of every event the consumer has passed, per key in the order of versions; poison has none."""
    effect_of = _EXPECTED[consumer]
    found: dict[Stream, list[Effect]] = {}
    for stream, version in dumps.cursors(consumer).items():
        passed = sorted((r for r in dumps.firsts.get(stream, ()) if r.version <= version), key=lambda r: r.version)
        effects = [effect_of(record) for record in passed if record.event_id not in without]
        if some := [effect for effect in effects if effect is not None]:
            found[stream] = some
    return found


def found(dumps: Dumps, service: ServiceDump) -> ByStream:
    """The effects the consumer's transactions had, per key in the order they came."""
    by_stream: defaultdict[Stream, list[Effect]] = defaultdict(list)
    for row in service.applied:
        if placed := _PLACED[row["kept_in"]](dumps, row):
            by_stream[placed[0]].append(placed[1])
    return by_stream


def _evidence(record: Seen) -> Effect | None:
    kind = _EVIDENCE.get(record.name)
    if kind is None:
        return None
    payload = record.payload()
    return (_moment(payload["effective_at"]), payload["programme_code"], kind)


def _told(record: Seen) -> Effect | None:
    if record.name == "ContactChanged":
        payload = record.payload()
        return (_moment(payload["effective_at"]), payload["email"])
    purpose = _MESSAGES.get(record.name)
    return (str(record.event_id), purpose) if purpose else None


def _coached(record: Seen) -> Effect | None:
    """A qualifying award makes a candidate, readiness soon an invitation; nothing else matters to coaching."""
    payload = record.payload() if record.name in {"ProgrammeCompleted", "PoolReadinessChanged"} else {}
    if kind := _QUALIFIES_FOR.get(payload.get("award", "")):
        return (_moment(payload["effective_at"]), payload["award"], kind)
    if payload.get("current") == "ready_soon":
        return (_moment(payload["effective_at"]), "mentoring")
    return None


def _evidence_row(_: Dumps, row: Mapping[str, Any]) -> tuple[Stream, Effect]:
    effect = (_moment(row["happened_at"]), row["programme_code"], row["kind"])
    return ("enrolment.learners", row["person_id"]), effect


def _message_row(dumps: Dumps, row: Mapping[str, Any]) -> tuple[Stream, Effect] | None:
    """Updates are planned by what is known of a session, cancellations by where it was told; neither one an event."""
    if row["purpose"] in {"session_update", "cancellation"}:
        return None
    cause = row["cause_event_id"]
    return dumps.streams.get(UUID(cause), ("nowhere", cause)), (cause, row["purpose"])


def _contact_row(_: Dumps, row: Mapping[str, Any]) -> tuple[Stream, Effect]:
    return (f"{row['source']}.contacts", row["person_id"]), (_moment(row["as_of"]), row["email"])


def _candidate_row(_: Dumps, row: Mapping[str, Any]) -> tuple[Stream, Effect]:
    effect = (_moment(row["qualified_at"]), row["award"], row["kind"])
    return ("enrolment.learners", row["person_id"]), effect


def _relationship_row(_: Dumps, row: Mapping[str, Any]) -> tuple[Stream, Effect] | None:
    """What a person asks for themselves comes of no event."""
    if row["invited_at"] is None:
        return None
    return ("talent.members", row["person_id"]), (_moment(row["invited_at"]), row["form"])


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).isoformat()


_EXPECTED: Mapping[str, Callable[[Seen], Effect | None]] = {
    "talent": _evidence,
    "notifications": _told,
    "coaching": _coached,
}
_PLACED: Mapping[str, Callable[[Dumps, Mapping[str, Any]], tuple[Stream, Effect] | None]] = {
    "evidence": _evidence_row,
    "message": _message_row,
    "contact": _contact_row,
    "candidate": _candidate_row,
    "relationship": _relationship_row,
}
"""By the table they are kept in."""
