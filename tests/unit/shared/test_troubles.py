"""How the relay narrows down a refused record, and holds a pair whose moment is wrong."""

from dataclasses import dataclass

import pytest

from shared.messaging.troubles import HOLD_FIRST, WINDOW, Troubles

PAIR = ("enrolment.cohorts", 3)


def test_the_window_halves_until_one_record_is_refused_twice() -> None:
    troubles, window, rounds = Troubles(), WINDOW, 0
    while not troubles.narrow(PAIR, window):
        window = troubles.window(PAIR)
        rounds += 1
    assert window == 1
    assert rounds <= 10


def test_trust_comes_back_by_doubling() -> None:
    troubles = Troubles()
    troubles.narrow(PAIR, 100)
    assert troubles.window(PAIR) == 50
    for expected in (100, 200, 400, WINDOW):
        troubles.recover(PAIR)
        assert troubles.window(PAIR) == expected


@dataclass
class Clock:
    """Goes on when a test says so."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


def test_a_held_pair_is_left_alone_for_a_while_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.troubles.time", clock := Clock())
    troubles = Troubles()
    troubles.hold(PAIR)
    assert troubles.held(PAIR)
    clock.now = HOLD_FIRST
    assert not troubles.held(PAIR)
    troubles.hold(PAIR)
    assert not troubles.held(("enrolment.cohorts", 4))
