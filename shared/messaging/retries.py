"""What an error of a handler means: try again at once, later, or never; an outage is no error of a handler."""

import random
from datetime import timedelta

import pydantic

from shared.pauses import doubled

PERMANENT = (pydantic.ValidationError,)
"""The event itself can never be handled: a dead letter at once."""

IN_PLACE = 3
TRIES = 12
_FIRST, _LAST = timedelta(seconds=5), timedelta(hours=1)


def pause_in_place(attempt: int) -> float:
    """Seconds to wait before trying again at once: up to 20 ms the first time, doubling, at most 5 s."""
    return random.uniform(0, doubled(0.02, attempt, most=5.0))  # noqa: S311 jitter, no secret


def pause_before(attempt: int) -> timedelta:
    """How long a deferred event waits before try number `attempt`: 5 s, 10 s … 1 h."""
    return doubled(_FIRST, attempt - 1, most=_LAST)
