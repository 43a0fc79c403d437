"""What counts as a key that hinders its neighbours, told from a machine that hinders everybody."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.chaos.pace import compared, unhindered
from tests.unit.chaos.afterwards import NOON, a_poison, neighbours

KEY = "poison"
QUICK, STALLED = [0.1] * 20, [0.1] * 4 + [30.0] * 16
"""All is well; and a partition that other faults stopped for four fifths of the time."""


def hindered(near: Sequence[float], elsewhere: Sequence[float]) -> bool:
    return bool(unhindered(neighbours(near, elsewhere, KEY), [a_poison()]).violations)


def test_neighbours_that_all_wait_while_other_topics_flow_are_found() -> None:
    assert hindered([2.0] * 20, QUICK)


def test_neighbours_that_all_wait_are_found_also_where_other_faults_stop_the_other_topics() -> None:
    assert hindered([2.0] * 20, STALLED)


@pytest.mark.parametrize("slowness", [1, 10, 1000])
def test_slowness_that_everybody_suffers_is_no_fault_of_the_poison(slowness: int) -> None:
    lags = [seconds * slowness for seconds in (*QUICK, *STALLED)]
    assert not hindered(lags, lags)


@pytest.mark.parametrize("slowness", [1, 10, 1000])
def test_hindrance_is_found_on_however_slow_a_machine(slowness: int) -> None:
    assert hindered([2.0 * slowness] * 20, [seconds * slowness for seconds in QUICK])


def test_a_fault_that_stops_the_partition_for_most_of_the_time_is_no_fault_of_the_poison() -> None:
    assert not hindered(STALLED, QUICK)
    assert not hindered(STALLED[::-1], QUICK)


def test_what_the_others_suffered_at_another_moment_excuses_nobody() -> None:
    assert hindered([2.0] * 20, [0.1] * 10 + [30.0] * 10)
    assert hindered([2.0] * 20, [30.0] * 10 + [0.1] * 10)


def test_what_happened_before_it_was_sent_or_after_it_was_let_go_is_no_fault_of_the_poison() -> None:
    dumps = neighbours([2.0] * 20, QUICK, KEY)
    for changes in ({"sent_at": NOON + timedelta(seconds=60)}, {"released_at": NOON}):
        found = unhindered(dumps, [a_poison(**changes)])
        assert (found.checked, found.violations) == (0, [])


def test_what_another_consumer_holds_hinders_nobody_here_and_what_a_relay_holds_may_hinder_all() -> None:
    dumps = neighbours([2.0] * 20, QUICK, KEY)
    assert not unhindered(dumps, [a_poison(consumer="notifications")]).violations
    assert unhindered(dumps, [a_poison(consumer=None)]).violations


def test_the_smaller_side_tells_how_much_was_compared() -> None:
    assert compared(neighbours([0.1] * 5, QUICK, KEY), [a_poison()]) == 5
    assert compared(neighbours(QUICK, [0.1] * 4, KEY), [a_poison()]) == 4
    assert compared(neighbours(QUICK, [], KEY), [a_poison()]) == 0
