"""How events fare with those who carry and handle them: decided when they are written, until somebody mends it."""

import math
from enum import StrEnum

from shared.contracts.enrolment.cohorts import RecordingPublished


class Temper(StrEnum):
    """What an event does to others."""

    EASY = "does no harm"
    TOO_LARGE = "Kafka refuses it until its limit is raised"
    INVALID = "Kafka refuses it until it is mended, and does not say that it is this one"
    FAILS_TWICE = "its handler fails twice"
    FAILS_OFTEN = "its handler fails beyond the tries in place"
    FAILS_ALWAYS = "its handler fails until it is mended"
    HOPELESS = "its handler finds at once that it can never be handled"
    UNREADABLE = "nobody can read it once it is in its topic"


_FAILURES = {Temper.FAILS_TWICE: 2, Temper.FAILS_OFTEN: 6, Temper.FAILS_ALWAYS: math.inf}


class HandlerFailed(Exception):
    """The handler could not do it this time."""


class Tempers:
    """What each event's handler does next, by the event's `recording_ref`."""

    def __init__(self) -> None:
        self._failures: dict[str, float] = {}
        self._hopeless: set[str] = set()

    def give(self, ref: str, temper: Temper) -> None:
        """Decide how an event fares."""
        self._failures[ref] = _FAILURES.get(temper, 0)
        if temper is Temper.HOPELESS:
            self._hopeless.add(ref)

    def meet(self, ref: str) -> None:
        """Raise what the handler of that event raises now."""
        if ref in self._hopeless:
            RecordingPublished.model_validate({})
        if self._failures.get(ref, 0) > 0:
            self._failures[ref] -= 1
            raise HandlerFailed(ref)

    def mend(self) -> None:
        """No handler fails any more."""
        self._failures.clear()
        self._hopeless.clear()
