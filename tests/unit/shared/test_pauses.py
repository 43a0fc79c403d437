"""Pauses grow up to a limit and stay there, however long something has been away."""

from datetime import timedelta

import pytest

from shared.messaging.retries import pause_before, pause_in_place
from shared.pauses import doubled

FOR_YEARS = (44, 45, 1_024, 100_000, 2**31 - 1)
"""A `timedelta` of 5 s holds 43 doublings, a float 1,023."""


@pytest.mark.parametrize(("times", "seconds"), [(-1, 5), (0, 5), (1, 10), (2, 20), (9, 2_560), (10, 3_600)])
def test_a_pause_doubles_up_to_its_limit(times: int, seconds: int) -> None:
    hour = timedelta(hours=1)
    assert doubled(timedelta(seconds=5), times, most=hour) == timedelta(seconds=seconds)
    assert doubled(5.0, times, most=3_600.0) == seconds


@pytest.mark.parametrize("times", FOR_YEARS)
def test_it_stays_there_however_often_it_was_tried(times: int) -> None:
    assert doubled(0.5, times, most=60.0) == 60.0
    assert pause_before(times) == timedelta(hours=1)
    assert 0 <= pause_in_place(times) <= 5
