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
    place = _PLACED[service.service]
    for row in service.applied:
        if placed := place(dumps, row):
            by_stream[placed[0]].append(placed[1])
    return by_stream


def _evidence(record: Seen) -> Effect | None:
    kind = _EVIDENCE.get(record.name)
    if kind is None:
        return None
    payload = record.payload()
    return (_moment(payload["effective_at"]), payload["programme_code"], kind)


def _message(record: Seen) -> Effect | None:
    purpose = _MESSAGES.get(record.name)
    return (str(record.event_id), purpose) if purpose else None


def _evidence_row(_: Dumps, row: Mapping[str, Any]) -> tuple[Stream, Effect]:
    effect = (_moment(row["happened_at"]), row["programme_code"], row["kind"])
    return ("enrolment.learners", row["person_id"]), effect


def _message_row(dumps: Dumps, row: Mapping[str, Any]) -> tuple[Stream, Effect] | None:
    """Updates are planned by what is known of a session, cancellations by where it was told; neither one an event."""
    if row["purpose"] in {"session_update", "cancellation"}:
        return None
    cause = row["cause_event_id"]
    return dumps.streams.get(UUID(cause), ("nowhere", cause)), (cause, row["purpose"])


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).isoformat()


_EXPECTED: Mapping[str, Callable[[Seen], Effect | None]] = {"talent": _evidence, "notifications": _message}
_PLACED: Mapping[str, Callable[[Dumps, Mapping[str, Any]], tuple[Stream, Effect] | None]] = {
    "talent": _evidence_row,
    "notifications": _message_row,
}
