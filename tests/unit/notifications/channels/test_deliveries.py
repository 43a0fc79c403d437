"""Pauses between tries."""

from datetime import timedelta

import pytest

from services.notifications.channels.domain.deliveries import LAST_RETRY, temporary_failure
from services.notifications.messages.domain.messages import State


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 30), (1, 60), (3, 240), (6, 1920), (7, 3600), (500, 3600)])
def test_the_pause_doubles_up_to_an_hour(attempts: int, seconds: int) -> None:
    outcome = temporary_failure("smtp_451", attempts=attempts, jitter=1)
    assert outcome.state is State.TEMPORARY_FAILURE
    assert outcome.retry_in == timedelta(seconds=seconds)


def test_jitter_spreads_the_tries_over_half_the_pause() -> None:
    assert temporary_failure("smtp_451", attempts=9, jitter=0).retry_in == LAST_RETRY / 2
