"""What a client was told, held against what it finds."""

from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.dumps import Dumps, ServiceDump, Written
from tests.chaos.history import Answer, Command
from tests.chaos.recollection import as_remembered
from tests.unit.chaos.afterwards import a_command, event_id, written

ENROLLED = "uk.nhs.midlands-leadership.enrolment.LearnerEnrolled.v1"
CREATED = Answer(201, {"enrolment_id": "e1"})
FULL = Answer(409, {"code": "cohort_full"})
SILENCE = Answer(None, {}, "ReadTimeout")
UNAVAILABLE = Answer(503, {})


def an_event(number: int, kind: str = ENROLLED, cause: str = "key 1") -> Written:
    return replace(written(number), event_id=event_id(number), type=kind, correlation_id=cause)


def left(*events: Written, keys: dict[str, bool] | None = None, rows: frozenset[str] = frozenset()) -> Dumps:
    return Dumps([ServiceDump("enrolment", written=events, keys=keys or {}, rows=rows)])


def contradicted(dumps: Dumps, command: Command) -> bool:
    return bool(as_remembered(dumps, [command]).violations)


DONE: dict[str, Any] = {"keys": {"key 1": True}, "rows": frozenset({"e1"})}


def test_success_is_there_once_however_often_it_was_asked_for() -> None:
    assert not contradicted(left(an_event(1), **DONE), a_command(SILENCE, UNAVAILABLE, CREATED))


@pytest.mark.parametrize(
    "dumps",
    [
        left(**DONE),
        left(an_event(1), an_event(2), **DONE),
        left(an_event(1), keys={"key 1": True}),
        left(an_event(1), rows=frozenset({"e1"})),
        left(an_event(1), keys={"key 1": False}, rows=frozenset({"e1"})),
    ],
    ids=["no event", "two events", "no row", "no key", "no answer kept"],
)
def test_success_that_is_not_there_or_there_twice_is_found(dumps: Dumps) -> None:
    assert contradicted(dumps, a_command(CREATED))


def test_a_refusal_leaves_nothing() -> None:
    assert not contradicted(left(), a_command(FULL))
    assert contradicted(left(an_event(1)), a_command(FULL))
    assert contradicted(left(keys={"key 1": True}), a_command(FULL))


def test_what_was_never_answered_is_there_once_or_not_at_all() -> None:
    assert not contradicted(left(), a_command(SILENCE))
    assert not contradicted(left(an_event(1), **DONE), a_command(UNAVAILABLE))
    assert contradicted(left(an_event(1), an_event(2), **DONE), a_command(SILENCE))
    assert contradicted(left(an_event(1)), a_command(SILENCE))


def test_a_register_announces_what_it_says_it_recorded() -> None:
    outcomes = ("recorded", "changed", "unchanged", "refused")
    told = Answer(200, {"rows": [{"outcome": outcome} for outcome in outcomes]})
    command = a_command(told, kind="attend", body={"rows": list(outcomes)})
    kind = "uk.nhs.midlands-leadership.enrolment.SessionMissed.v1"
    keys = {"key 1": True}
    assert not contradicted(left(an_event(1, kind), an_event(2, kind), keys=keys), command)
    assert contradicted(left(an_event(1, kind), keys=keys), command)
    assert contradicted(left(an_event(1, kind), an_event(2, kind), an_event(3, kind), keys=keys), command)
