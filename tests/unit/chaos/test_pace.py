"""What counts as a key that hinders its neighbours, told from a machine that hinders everybody."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.chaos.dumps import Dumps
from tests.chaos.pace import compared, unhindered
from tests.unit.chaos.afterwards import NOON, a_poison, neighbours

KEY = "poison"
QUICK = [0.1] * 40
STALLED = [0.1] * 30 + [10.0] * 10
"""All is well; and partitions that other faults stopped for a while."""

ONE_IN_TEN = ([0.1] * 9 + [2.0]) * 4


def hindered(near: Sequence[float], elsewhere: Sequence[float]) -> bool:
    return bool(unhindered(neighbours(near, elsewhere, KEY), [a_poison()]).violations)


def test_neighbours_that_all_wait_while_other_partitions_flow_are_found() -> None:
    assert hindered([2.0] * 40, QUICK)


def test_a_held_key_that_slows_one_neighbour_in_ten_is_found() -> None:
    assert hindered(ONE_IN_TEN, QUICK)
    assert not hindered(QUICK, QUICK)


def test_one_neighbour_in_ten_is_found_also_where_other_faults_stop_the_others_for_a_while() -> None:
    assert hindered(ONE_IN_TEN, STALLED)
    assert hindered(ONE_IN_TEN, STALLED[::-1])


def test_a_few_slow_ones_among_many_are_a_matter_of_luck() -> None:
    assert not hindered([*QUICK[:-1], 2.0], QUICK)


@pytest.mark.parametrize("seed", range(5))
def test_one_neighbour_in_ten_is_found_and_nobody_else_wherever_the_slow_ones_fall(seed: int) -> None:
    draw = random.Random(seed)
    usual, others = ([draw.uniform(0.05, 0.3) for _ in range(300)] for _ in range(2))
    hit = set(draw.sample(range(300), 30))
    slowed = [seconds + 5.0 * (place in hit) for place, seconds in enumerate(usual)]
    assert hindered(slowed, others)
    assert not hindered(usual, others)


def test_a_fault_that_stops_a_third_of_the_partitions_is_no_fault_of_the_poison() -> None:
    others = [0.1] * 30 + [10.0, 0.1, 0.1, 0.1] * 3
    assert not hindered(STALLED, others)


@pytest.mark.parametrize("slowness", [1, 10, 1000])
def test_slowness_that_everybody_suffers_is_no_fault_of_the_poison(slowness: int) -> None:
    lags = [seconds * slowness for seconds in (*QUICK, *STALLED)]
    assert not hindered(lags, lags)


@pytest.mark.parametrize("slowness", [1, 10, 1000])
def test_slowing_is_found_on_however_slow_a_machine(slowness: int) -> None:
    assert hindered([seconds * slowness for seconds in ONE_IN_TEN], [seconds * slowness for seconds in QUICK])


def test_what_the_others_suffered_at_another_moment_excuses_nobody() -> None:
    assert hindered([2.0] * 40, STALLED)
    assert hindered([2.0] * 40, STALLED[::-1])


def test_what_happened_before_it_was_sent_or_after_it_was_let_go_is_no_fault_of_the_poison() -> None:
    dumps = neighbours([2.0] * 40, QUICK, KEY)
    for changes in ({"since": NOON + timedelta(seconds=60)}, {"released_at": NOON}):
        found = unhindered(dumps, [a_poison(**changes)])
        assert (found.checked, found.violations) == (0, [])


def test_what_another_consumer_holds_hinders_nobody_here_and_what_a_relay_holds_may_hinder_all() -> None:
    dumps = neighbours([2.0] * 40, QUICK, KEY)
    assert not unhindered(dumps, [a_poison(consumer="notifications")]).violations
    assert unhindered(dumps, [a_poison(consumer=None)]).violations


def test_partitions_in_which_another_key_is_held_are_no_measure() -> None:
    dumps = neighbours([2.0] * 40, QUICK, KEY)
    everywhere = {key for service in dumps.services for key in (w.key for w in service.written)}
    assert compared(dumps, [a_poison()], everywhere) == 0


def test_the_smaller_side_tells_how_much_was_compared() -> None:
    assert fewest(neighbours([0.1] * 5, QUICK, KEY)) == 5
    assert fewest(neighbours(QUICK, [0.1] * 4, KEY)) == 4
    assert fewest(neighbours(QUICK, [], KEY)) == 0


def fewest(dumps: Dumps) -> int:
    return compared(dumps, [a_poison()])
