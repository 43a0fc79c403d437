"""Which effects are expected of an event, and what is found of them, by each subscriber."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.chaos.dumps import Dumps, Sample, Seen, ServiceDump, Stream
from tests.chaos.effects import expected, found
from tests.chaos.invariants import one_effect_each
from tests.unit.chaos.afterwards import KEY, event_id

NOON = "2021-03-01T12:00:00+00:00"
COMPLETED = ("enrolment.learners", KEY), "ProgrammeCompleted", f'{{"effective_at": "{NOON}", "award": "ilm_5"}}'
READY = ("talent.members", KEY), "PoolReadinessChanged", f'{{"effective_at": "{NOON}", "current": "ready_soon"}}'
REACHED = ("coaching.contacts", KEY), "ContactChanged", f'{{"effective_at": "{NOON}", "email": "a@b.c"}}'

CANDIDATE = {"kept_in": "candidate", "person_id": KEY, "qualified_at": NOON, "award": "ilm_5", "kind": "coach"}
INVITATION = {"kept_in": "relationship", "person_id": KEY, "invited_at": NOON, "form": "mentoring"}
CONTACT = {"kept_in": "contact", "person_id": KEY, "source": "coaching", "as_of": NOON, "email": "a@b.c"}


def left(event: tuple[Stream, str, str], consumer: str, *applied: Mapping[str, Any]) -> Dumps:
    """An event that the consumer has passed, and what it kept."""
    stream, name, payload = event
    kind = f"uk.nhs.midlands-leadership.x.{name}.v1"
    record = Seen(*(stream[0], 0, 0, stream[1]), event_id(1), 1, kind, payload.encode())
    passed = Sample(consumer, frozenset({stream[0]}), {}, {stream: 1}, frozenset())
    return Dumps([ServiceDump(consumer, applied=applied)], [record], final=[passed])


ALL = pytest.mark.parametrize(
    ("event", "consumer", "row"),
    [(COMPLETED, "coaching", CANDIDATE), (READY, "coaching", INVITATION), (REACHED, "notifications", CONTACT)],
    ids=["candidate", "invitation", "contact"],
)


@ALL
def test_what_was_kept_is_what_was_expected(event: tuple[Stream, str, str], consumer: str, row: dict[str, Any]) -> None:
    dumps = left(event, consumer, row)
    judged = one_effect_each(dumps, frozenset())
    assert (judged.checked, judged.violations) == (1, [])


@ALL
def test_an_effect_that_never_came_or_came_twice_or_to_another_is_found(
    event: tuple[Stream, str, str], consumer: str, row: dict[str, Any]
) -> None:
    for rows in ((), (row, row), (row | {"person_id": "another"},)):
        assert one_effect_each(left(event, consumer, *rows), frozenset()).violations


@pytest.mark.parametrize(
    "event",
    [
        (COMPLETED[0], COMPLETED[1], f'{{"effective_at": "{NOON}", "award": null}}'),
        (COMPLETED[0], COMPLETED[1], f'{{"effective_at": "{NOON}", "award": "ilm_3"}}'),
        (READY[0], READY[1], f'{{"effective_at": "{NOON}", "current": "ready_now"}}'),
        (READY[0], "PoolMemberJoined", READY[2]),
    ],
)
def test_coaching_keeps_nothing_of_the_rest(event: tuple[Stream, str, str]) -> None:
    assert not expected(left(event, "coaching"), "coaching", frozenset())


def test_what_a_person_asked_for_uninvited_comes_of_no_event() -> None:
    dumps = left(READY, "coaching", INVITATION | {"invited_at": None})
    assert not found(dumps, dumps.of("coaching"))


def test_contacts_are_told_apart_by_who_announced_them() -> None:
    dumps = left(REACHED, "notifications", CONTACT, CONTACT | {"source": "talent"})
    assert set(found(dumps, dumps.of("notifications"))) == {("coaching.contacts", KEY), ("talent.contacts", KEY)}
    assert one_effect_each(dumps, frozenset()).violations
