"""The client's own history held against the databases: what it was told must be true, once."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from tests.chaos.dumps import Dumps, name_of
from tests.chaos.history import Command, Kind
from tests.chaos.invariants import Finding

_TOLD_BY: Mapping[Kind, frozenset[str]] = {
    "enrol": frozenset({"LearnerEnrolled"}),
    "wait": frozenset({"LearnerWaitlisted"}),
    "withdraw": frozenset({"EnrolmentWithdrawn"}),
    "attend": frozenset({"SessionAttended", "SessionMissed", "RecordingWatched", "RecordingNotWatched"}),
    "assess": frozenset({"PoolReadinessChanged"}),
}
"""The events by which a command is known to have happened, under its correlation id."""


def as_remembered(dumps: Dumps, history: list[Command]) -> Finding:
    """2xx: there exactly once; 4xx: left nothing; never answered: once or not at all, and never by halves."""
    announced = _announced(dumps)
    wrong = [
        f"{command.kind} {command.key}: {what}"
        for command in history
        for what in _contradictions(dumps, command, _count(command, announced[command.key]))
    ]
    return Finding(10, "the client's history is what the databases hold", len(history), wrong)


def _announced(dumps: Dumps) -> Mapping[str, Counter[str]]:
    """Event names by correlation id."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for written in (w for s in dumps.services for w in s.written):
        found[written.correlation_id][name_of(written.type)] += 1
    return found


def _count(command: Command, announced: Counter[str]) -> int:
    return sum(announced[name] for name in _TOLD_BY[command.kind])


def _contradictions(dumps: Dumps, command: Command, events: int) -> Iterator[str]:
    service = dumps.of(command.service)
    least, most = _bounds(command)
    if not least <= events <= most:
        yield f"{events} events, not {least} to {most}"
    known = service.keys.get(command.key)
    if command.accepted and known is not True:
        yield "answered with success, but its key is not kept"
    if command.answer is not None and not command.accepted and known is not None:
        yield "refused, but its key is kept"
    if command.answer is None and events and known is None:
        yield "announced without its key"
    if command.accepted and (row := _row(command)) and row not in service.rows:
        yield f"answered with {row}, which is not there"


def _bounds(command: Command) -> tuple[int, int]:
    """How many events it may have announced, by what the client was told."""
    if command.answer is None:
        return 0, len(command.body.get("rows", (None,)))
    if not command.accepted:
        return 0, 0
    if command.kind == "assess":
        return 0, 1
    if command.kind == "attend":
        done = sum(row["outcome"] in {"recorded", "changed"} for row in command.answer.body["rows"])
        return done, done
    return 1, 1


def _row(command: Command) -> str | None:
    assert command.answer is not None
    body = command.answer.body
    match command.kind:
        case "enrol" | "wait" | "withdraw":
            return str(body["enrolment_id"])
        case "assess":
            return f"{body['person_id']}/{body['version']}"
        case "attend":
            return None
