"""How the relay narrows down a refused record, and holds a pair whose moment is wrong or who is in doubt."""

from dataclasses import dataclass

import pytest

from shared.messaging.producer import Blame
from shared.messaging.suspects import PROOFS
from shared.messaging.troubles import HOLD_FIRST, HOLD_LAST, WINDOW, Troubles

PAIR, OTHER = ("enrolment.cohorts", 3), ("enrolment.cohorts", 4)
SUSPECT, WITNESS = 1, 5


@dataclass
class Clock:
    """Goes on when a test says so."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr("shared.messaging.troubles.time", clock := Clock())
    return clock


def doubted(troubles: Troubles, clock: Clock, seq: int = SUSPECT) -> bool:
    """One record alone is refused, perhaps for its own sake, and its hold ends."""
    parked = troubles.refused(PAIR, [seq], Blame.DOUBT)
    clock.now += HOLD_LAST
    return parked


def heard(troubles: Troubles, *, taken: bool, clock: Clock, witness: int = WITNESS) -> None:
    troubles.call(PAIR, witness)
    if taken:
        troubles.taken(PAIR, [witness])
    else:
        assert not doubted(troubles, clock, witness)


def barred(troubles: Troubles) -> list[int]:
    rows, _ = troubles.wanted(PAIR) or ([], 0)
    return rows


@pytest.mark.parametrize("blame", [Blame.RECORD, Blame.DOUBT])
def test_the_window_halves_until_one_record_is_alone(blame: Blame) -> None:
    troubles, rounds = Troubles(), 0
    while troubles.window(PAIR) > 1:
        assert not troubles.refused(PAIR, range(1, troubles.window(PAIR) + 1), blame)
        rounds += 1
    assert rounds <= 10


def test_what_is_certain_is_believed_when_it_is_said_twice_of_one_record_and_waits_for_nothing(clock: Clock) -> None:
    troubles = Troubles()
    assert not troubles.refused(PAIR, [1], Blame.RECORD)
    assert not troubles.refused(PAIR, [2], Blame.RECORD)
    assert not troubles.held(PAIR)
    assert troubles.refused(PAIR, [1], Blame.RECORD)


def test_what_is_refused_for_the_moment_is_never_parked_and_read_as_usual(clock: Clock) -> None:
    troubles = Troubles()
    assert not any(troubles.refused(PAIR, [1], Blame.MOMENT) for _ in range(9))
    assert troubles.window(PAIR) == WINDOW


def test_a_doubted_record_is_parked_only_when_another_of_its_pair_was_taken_in_between(clock: Clock) -> None:
    troubles = Troubles()
    assert not any(doubted(troubles, clock) for _ in range(9))
    troubles.taken(OTHER, [99])
    assert not doubted(troubles, clock)
    assert [heard_and_doubted(troubles, clock) for _ in range(PROOFS)] == [False] * (PROOFS - 1) + [True]


def test_what_was_heard_before_another_kind_of_trouble_proves_nothing(clock: Clock) -> None:
    troubles = Troubles()
    doubted(troubles, clock)
    assert not any(heard_and_doubted(troubles, clock) for _ in range(PROOFS - 1))
    heard(troubles, taken=True, clock=clock)
    troubles.refused(PAIR, [SUSPECT], Blame.MOMENT)
    clock.now += HOLD_LAST
    assert not doubted(troubles, clock)


def test_what_was_no_use_as_a_witness_against_one_is_not_asked_about_the_next(clock: Clock) -> None:
    troubles = Troubles()
    doubted(troubles, clock)
    heard(troubles, taken=False, clock=clock)
    doubted(troubles, clock)
    assert [heard_and_doubted(troubles, clock) for _ in range(PROOFS)][-1]
    troubles.parked(PAIR, SUSPECT)
    doubted(troubles, clock, WITNESS + 1)
    assert WITNESS in barred(troubles)


def heard_and_doubted(troubles: Troubles, clock: Clock) -> bool:
    """A witness is taken and the suspect refused after it; whether that has it parked."""
    heard(troubles, taken=True, clock=clock)
    return doubted(troubles, clock)


def test_a_witness_that_is_refused_too_proves_nothing(clock: Clock) -> None:
    troubles = Troubles()
    doubted(troubles, clock)
    heard(troubles, taken=False, clock=clock)
    assert not doubted(troubles, clock)
    assert sorted(barred(troubles)) == [SUSPECT, WITNESS]


def test_the_search_for_a_witness_widens_until_it_covers_what_is_read_at_once(clock: Clock) -> None:
    troubles, passed_over = Troubles(), list[int]()
    doubted(troubles, clock)
    for witness in range(100, 200):
        _, keys = troubles.wanted(PAIR) or ([], 0)
        passed_over.append(keys)
        heard(troubles, taken=False, clock=clock, witness=witness)
        doubted(troubles, clock)
    assert passed_over[:9] == [0, 1, 3, 7, 15, 31, 63, 127, 255]
    assert set(passed_over[9:]) == {WINDOW}


def test_a_suspect_that_is_taken_after_all_is_one_no_more(clock: Clock) -> None:
    troubles = Troubles()
    doubted(troubles, clock)
    heard(troubles, taken=True, clock=clock)
    troubles.taken(PAIR, [SUSPECT])
    assert not barred(troubles)
    assert not doubted(troubles, clock)


def test_nothing_but_the_witness_is_read_while_it_is_sent_and_then_the_suspect_alone(clock: Clock) -> None:
    troubles = Troubles()
    doubted(troubles, clock)
    troubles.call(PAIR, WITNESS)
    assert troubles.window(PAIR) == 0
    troubles.taken(PAIR, [WITNESS])
    assert troubles.window(PAIR) == 1


def test_a_witness_that_is_certainly_bad_is_parked_and_the_suspect_stays_one(clock: Clock) -> None:
    troubles = Troubles()
    doubted(troubles, clock)
    for parked in (False, True):
        troubles.call(PAIR, WITNESS)
        assert troubles.refused(PAIR, [WITNESS], Blame.RECORD) is parked
        doubted(troubles, clock)
    troubles.parked(PAIR, WITNESS)
    assert SUSPECT in barred(troubles)


def test_a_suspect_in_whose_place_another_stands_now_has_to_be_proven_anew(clock: Clock) -> None:
    troubles = Troubles()
    doubted(troubles, clock, SUSPECT + 1)
    heard(troubles, taken=True, clock=clock)
    assert not doubted(troubles, clock, SUSPECT)


def test_after_a_record_was_parked_the_pair_goes_on_at_once_and_carefully(clock: Clock) -> None:
    troubles = Troubles()
    doubted(troubles, clock)
    assert [heard_and_doubted(troubles, clock) for _ in range(PROOFS)][-1]
    troubles.parked(PAIR, SUSPECT)
    assert not troubles.held(PAIR)
    assert (barred(troubles), troubles.window(PAIR)) == ([], 1)


def test_trust_comes_back_by_doubling() -> None:
    troubles = Troubles()
    troubles.refused(PAIR, range(100), Blame.RECORD)
    assert troubles.window(PAIR) == 50
    for expected in (100, 200, 400, WINDOW):
        troubles.taken(PAIR, range(troubles.window(PAIR)))
        assert troubles.window(PAIR) == expected


@pytest.mark.parametrize("blame", [Blame.MOMENT, Blame.DOUBT])
def test_a_held_pair_is_left_alone_longer_each_time_and_others_are_not(clock: Clock, blame: Blame) -> None:
    troubles, hold = Troubles(), HOLD_FIRST
    for _ in range(10):
        troubles.refused(PAIR, range(8), blame)
        clock.now += hold * 0.9
        assert troubles.held(PAIR)
        assert not troubles.held(OTHER)
        clock.now += hold * 0.2
        assert not troubles.held(PAIR)
        hold = min(hold * 2, HOLD_LAST)


def test_while_nothing_is_taken_all_who_are_in_doubt_are_tried_together(clock: Clock) -> None:
    troubles = Troubles()
    for _ in range(3):
        troubles.refused(PAIR, range(8), Blame.DOUBT)
        clock.now += HOLD_LAST
    troubles.refused(OTHER, range(8), Blame.DOUBT)
    clock.now += HOLD_FIRST * 1.1
    assert troubles.held(OTHER)
    troubles.taken(PAIR, range(8))
    assert not troubles.held(OTHER)
