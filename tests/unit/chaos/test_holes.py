"""What counts as a hole that was accepted, and what waited beyond it."""

from dataclasses import replace
from typing import Any

import pytest

from shared.messaging.dead_letters import topic_of
from tests.chaos.dumps import Dumps, Seen
from tests.chaos.holes import Hole, accepted
from tests.chaos.poison import TOPIC
from tests.unit.chaos.afterwards import KEY, LANE, event_id, sample, seen, well

DEAD, UNREADABLE, WAITING = event_id(2), event_id(3), (event_id(4), event_id(5))


def hole(**changes: Any) -> Hole:
    """Held whole, and accepted."""
    dug = Hole("talent", KEY, DEAD, UNREADABLE, WAITING, found=frozenset({DEAD, *WAITING}), accepted=True)
    return replace(dug, **changes)


def gap() -> Hole:
    """As it is met by who has no handler for what is dead."""
    return hole(dead=None, found=frozenset(WAITING))


def letter(number: int, origin: str, consumer: str = "talent") -> Seen:
    return Seen(topic_of(TOPIC, consumer), 0, number, KEY, event_id(900 + number), 1, "", b"", origin)


def left(*letters: Seen, cursor: int = 5) -> Dumps:
    records = [seen(version) for version in range(1, 6)]
    return replace(well(), seen=[*records, *letters], final=[sample(5, cursor)])


OF_THE_DEAD, OF_THE_UNREADABLE = letter(1, str(DEAD)), letter(2, f"{TOPIC}/{LANE}/2")
PASSED = left(OF_THE_DEAD, OF_THE_UNREADABLE)


def wrong(found: Hole, dumps: Dumps = PASSED) -> bool:
    return bool(accepted(dumps, [found]).violations)


def test_what_was_held_accepted_and_passed_is_right() -> None:
    assert accepted(PASSED, [hole(), gap()]).checked == 2
    assert not wrong(hole())
    assert not wrong(gap(), left(OF_THE_UNREADABLE))


@pytest.mark.parametrize(
    "changes",
    [{"found": frozenset(WAITING)}, {"found": frozenset({DEAD, WAITING[1]})}, {"accepted": False}],
    ids=["not dead", "not all held", "not accepted"],
)
def test_what_was_not_held_whole_or_could_not_be_accepted_is_found(changes: dict[str, Any]) -> None:
    assert wrong(hole(**changes))


def test_what_is_stuck_beyond_the_hole_is_found() -> None:
    assert wrong(hole(), left(OF_THE_DEAD, OF_THE_UNREADABLE, cursor=2))


@pytest.mark.parametrize("letters", [(OF_THE_DEAD,), (OF_THE_UNREADABLE,)])
def test_a_dead_letter_that_was_never_told_is_found(letters: tuple[Seen, ...]) -> None:
    assert wrong(hole(), left(*letters))


def test_a_dead_letter_told_twice_or_by_another_is_found() -> None:
    again = letter(3, f"{TOPIC}/{LANE}/2")
    assert wrong(hole(), left(OF_THE_DEAD, OF_THE_UNREADABLE, again))
    elsewhere = letter(2, f"{TOPIC}/{LANE}/2", "coaching")
    assert wrong(hole(), left(OF_THE_DEAD, elsewhere))
