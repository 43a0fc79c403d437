"""What counts as a poison that is held once and stops nobody."""

from dataclasses import replace
from math import inf
from typing import Any

import pytest

from shared.messaging.dead_letters import topic_of
from shared.messaging.lanes import lane_of
from tests.chaos.containment import contained
from tests.chaos.containment import neighbours as beside
from tests.chaos.dumps import DeferredEvent, Dumps, Seen
from tests.chaos.poison import FOLLOWERS, TOPIC, Poison
from tests.unit.chaos.afterwards import a_poison, changed, event_id, neighbours, written

KEY = "poison"


def quick() -> Dumps:
    return neighbours([0.1] * 3, [0.1] * 3, KEY)


def deferred(count: int) -> list[DeferredEvent]:
    return [DeferredEvent("talent", TOPIC, KEY, n + 1, event_id(99 + n), "retry") for n in range(count)]


def staying(dumps: Dumps) -> Dumps:
    return changed(dumps, "talent", deferred=deferred(1 + FOLLOWERS))


def dead(**changes: Any) -> Poison:
    return a_poison(name="malformed", stays=False, **changes)


def letter(number: int, origin: str) -> Seen:
    topic = topic_of(TOPIC, "talent")
    return Seen(topic, 0, number, KEY, event_id(number), 1, "", b"", origin)


def with_letters(*numbers: int) -> Dumps:
    return replace(quick(), seen=[letter(number, str(event_id(99))) for number in numbers])


def test_poison_that_is_held_once_with_its_followers_behind_it_is_contained() -> None:
    assert not contained(staying(quick()), [a_poison()]).violations


@pytest.mark.parametrize("held", [{"rows": 0}, {"rows": 2}, {"behind": 1}])
def test_poison_that_is_not_held_or_held_twice_or_whose_followers_passed_it_is_found(held: dict[str, int]) -> None:
    assert contained(staying(quick()), [a_poison(**held)]).violations


def test_a_neighbour_that_stood_still_until_the_poison_was_let_go_is_found() -> None:
    assert contained(staying(quick()), [a_poison(stopped=1)]).violations


def test_poison_that_should_stay_and_went_is_found() -> None:
    assert contained(quick(), [a_poison()]).violations


def test_what_was_let_go_and_is_still_held_is_found() -> None:
    assert contained(staying(with_letters(1)), [dead()]).violations


def test_one_dead_letter_is_right_also_when_its_record_is_there_twice() -> None:
    assert not contained(with_letters(1), [dead()]).violations
    assert not contained(with_letters(1, 1), [dead()]).violations


@pytest.mark.parametrize("numbers", [(), (1, 2)])
def test_no_dead_letter_or_two_different_ones_are_found(numbers: tuple[int, ...]) -> None:
    assert contained(with_letters(*numbers), [dead()]).violations


def test_undecodable_bytes_are_told_by_where_they_stood() -> None:
    poison = dead(event_id=None, origin="there")
    assert not contained(replace(quick(), seen=[letter(1, "there")]), [poison]).violations
    assert contained(replace(quick(), seen=[letter(1, "elsewhere")]), [poison]).violations


@pytest.mark.parametrize("slow", [60.0, 3600.0])
def test_however_late_a_neighbour_passed_it_was_not_stopped(slow: float) -> None:
    assert not contained(staying(neighbours([0.1, slow, slow], [0.1] * 3, KEY)), [a_poison()]).violations


def test_a_neighbour_that_never_passed_is_found() -> None:
    assert contained(staying(neighbours([0.1, inf, 0.1], [0.1] * 3, KEY)), [a_poison()]).violations


def test_who_never_passed_the_held_key_itself_or_a_key_of_another_partition_tells_nothing_of_its_neighbours() -> None:
    elsewhere = next(name for name in "abcdefgh" if lane_of(name) != lane_of(KEY))
    rows = [*quick().of("enrolment").written, written(1, key=KEY, late=1.0), written(1, key=elsewhere, late=1.0)]
    assert not contained(changed(staying(quick()), "enrolment", written=rows), [a_poison()]).violations


def test_the_fewest_neighbours_count() -> None:
    assert beside(quick(), [a_poison(key="nobody is near"), a_poison(key=KEY)]) == 0
    assert beside(quick(), [a_poison(key=KEY)]) == 3
