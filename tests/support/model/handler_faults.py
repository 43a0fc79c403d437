"""How events fare with those who carry and handle them: decided when they are written, until somebody fixes it."""

import math
from enum import StrEnum

from shared.contracts.enrolment.cohorts import RecordingPublished


class HandlerFault(StrEnum):
    """What an event does to others."""

    EASY = "does no harm"
    TOO_LARGE = "Kafka refuses it until its limit is raised"
    INVALID = "Kafka refuses it until it is repaired, and does not say that it is this one"
    FAILS_TWICE = "its handler fails twice"
    FAILS_OFTEN = "its handler fails beyond the tries in place"
    FAILS_ALWAYS = "its handler fails until it is repaired"
    HOPELESS = "its handler finds at once that it can never be handled"
    UNREADABLE = "nobody can read it once it is in its topic"


_FAILURES = {HandlerFault.FAILS_TWICE: 2, HandlerFault.FAILS_OFTEN: 6, HandlerFault.FAILS_ALWAYS: math.inf}


class HandlerFailed(Exception):
    """The handler could not do it this time."""


class HandlerFaults:
    """What each event's handler does next, by the event's `recording_ref`."""

    def __init__(self) -> None:
        self._failures: dict[str, float] = {}
        self._hopeless: set[str] = set()

    def give(self, ref: str, handler_fault: HandlerFault) -> None:
        """Decide how an event fares."""
        self._failures[ref] = _FAILURES.get(handler_fault, 0)
        if handler_fault is HandlerFault.HOPELESS:
            self._hopeless.add(ref)

    def meet(self, ref: str) -> None:
        """Raise what the handler of that event raises now."""
        if ref in self._hopeless:
            RecordingPublished.model_validate({})
        if self._failures.get(ref, 0) > 0:
            self._failures[ref] -= 1
            raise HandlerFailed(ref)

    def fix(self) -> None:
        """No handler fails any more."""
        self._failures.clear()
        self._hopeless.clear()
