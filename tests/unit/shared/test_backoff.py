"""How the relay narrows down a refused record, and holds a partition whose moment is wrong or who is in doubt."""

from dataclasses import dataclass

import pytest

from shared.messaging.backoff import HOLD_FIRST, HOLD_LAST, WINDOW, PartitionBackoff
from shared.messaging.producer import Blame
from shared.messaging.suspects import PROOFS

PARTITION, OTHER = ("enrolment.cohorts", 3), ("enrolment.cohorts", 4)
SUSPECT, WITNESS = 1, 5


@dataclass
class Clock:
    """Goes on when a test says so."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr("shared.messaging.backoff.time", clock := Clock())
    return clock


def doubted(backoff: PartitionBackoff, clock: Clock, seq: int = SUSPECT) -> bool:
    """One record alone is refused, perhaps for its own sake, and its hold ends."""
    parked = backoff.refused(PARTITION, [seq], Blame.DOUBT)
    clock.now += HOLD_LAST
    return parked


def heard(backoff: PartitionBackoff, *, taken: bool, clock: Clock, witness: int = WITNESS) -> None:
    backoff.call(PARTITION, witness)
    if taken:
        backoff.taken(PARTITION, [witness])
    else:
        assert not doubted(backoff, clock, witness)


def barred(backoff: PartitionBackoff) -> list[int]:
    rows, _ = backoff.wanted(PARTITION) or ([], 0)
    return rows


@pytest.mark.parametrize("blame", [Blame.RECORD, Blame.DOUBT])
def test_the_window_halves_until_one_record_is_alone(blame: Blame) -> None:
    backoff, rounds = PartitionBackoff(), 0
    while backoff.window(PARTITION) > 1:
        assert not backoff.refused(PARTITION, range(1, backoff.window(PARTITION) + 1), blame)
        rounds += 1
    assert rounds <= 10


def test_what_is_certain_is_believed_when_it_is_said_twice_of_one_record_and_waits_for_nothing(clock: Clock) -> None:
    backoff = PartitionBackoff()
    assert not backoff.refused(PARTITION, [1], Blame.RECORD)
    assert not backoff.refused(PARTITION, [2], Blame.RECORD)
    assert not backoff.held(PARTITION)
    assert backoff.refused(PARTITION, [1], Blame.RECORD)


def test_what_is_refused_for_the_moment_is_never_parked_and_read_as_usual(clock: Clock) -> None:
    backoff = PartitionBackoff()
    assert not any(backoff.refused(PARTITION, [1], Blame.MOMENT) for _ in range(9))
    assert backoff.window(PARTITION) == WINDOW


def test_a_doubted_record_is_parked_only_when_another_of_its_partition_was_taken_in_between(clock: Clock) -> None:
    backoff = PartitionBackoff()
    assert not any(doubted(backoff, clock) for _ in range(9))
    backoff.taken(OTHER, [99])
    assert not doubted(backoff, clock)
    assert [heard_and_doubted(backoff, clock) for _ in range(PROOFS)] == [False] * (PROOFS - 1) + [True]


def test_what_was_heard_before_another_kind_of_trouble_proves_nothing(clock: Clock) -> None:
    backoff = PartitionBackoff()
    doubted(backoff, clock)
    assert not any(heard_and_doubted(backoff, clock) for _ in range(PROOFS - 1))
    heard(backoff, taken=True, clock=clock)
    backoff.refused(PARTITION, [SUSPECT], Blame.MOMENT)
    clock.now += HOLD_LAST
    assert not doubted(backoff, clock)


def test_what_was_no_use_as_a_witness_against_one_is_not_asked_about_the_next(clock: Clock) -> None:
    backoff = PartitionBackoff()
    doubted(backoff, clock)
    heard(backoff, taken=False, clock=clock)
    doubted(backoff, clock)
    assert [heard_and_doubted(backoff, clock) for _ in range(PROOFS)][-1]
    backoff.parked(PARTITION, SUSPECT)
    doubted(backoff, clock, WITNESS + 1)
    assert WITNESS in barred(backoff)


def heard_and_doubted(backoff: PartitionBackoff, clock: Clock) -> bool:
    """A witness is taken and the suspect refused after it; whether that has it parked."""
    heard(backoff, taken=True, clock=clock)
    return doubted(backoff, clock)


def test_a_witness_that_is_refused_too_proves_nothing(clock: Clock) -> None:
    backoff = PartitionBackoff()
    doubted(backoff, clock)
    heard(backoff, taken=False, clock=clock)
    assert not doubted(backoff, clock)
    assert sorted(barred(backoff)) == [SUSPECT, WITNESS]


def test_the_search_for_a_witness_widens_until_it_covers_what_is_read_at_once(clock: Clock) -> None:
    backoff, passed_over = PartitionBackoff(), list[int]()
    doubted(backoff, clock)
    for witness in range(100, 200):
        _, keys = backoff.wanted(PARTITION) or ([], 0)
        passed_over.append(keys)
        heard(backoff, taken=False, clock=clock, witness=witness)
        doubted(backoff, clock)
    assert passed_over[:9] == [0, 1, 3, 7, 15, 31, 63, 127, 255]
    assert set(passed_over[9:]) == {WINDOW}


def test_a_suspect_that_is_taken_after_all_is_one_no_more(clock: Clock) -> None:
    backoff = PartitionBackoff()
    doubted(backoff, clock)
    heard(backoff, taken=True, clock=clock)
    backoff.taken(PARTITION, [SUSPECT])
    assert not barred(backoff)
    assert not doubted(backoff, clock)


def test_nothing_but_the_witness_is_read_while_it_is_sent_and_then_the_suspect_alone(clock: Clock) -> None:
    backoff = PartitionBackoff()
    doubted(backoff, clock)
    backoff.call(PARTITION, WITNESS)
    assert backoff.window(PARTITION) == 0
    backoff.taken(PARTITION, [WITNESS])
    assert backoff.window(PARTITION) == 1


def test_a_witness_that_is_certainly_bad_is_parked_and_the_suspect_stays_one(clock: Clock) -> None:
    backoff = PartitionBackoff()
    doubted(backoff, clock)
    for parked in (False, True):
        backoff.call(PARTITION, WITNESS)
        assert backoff.refused(PARTITION, [WITNESS], Blame.RECORD) is parked
        doubted(backoff, clock)
    backoff.parked(PARTITION, WITNESS)
    assert SUSPECT in barred(backoff)


def test_a_suspect_in_whose_place_another_stands_now_has_to_be_proven_anew(clock: Clock) -> None:
    backoff = PartitionBackoff()
    doubted(backoff, clock, SUSPECT + 1)
    heard(backoff, taken=True, clock=clock)
    assert not doubted(backoff, clock, SUSPECT)


def test_after_a_record_was_parked_the_partition_goes_on_at_once_and_carefully(clock: Clock) -> None:
    backoff = PartitionBackoff()
    doubted(backoff, clock)
    assert [heard_and_doubted(backoff, clock) for _ in range(PROOFS)][-1]
    backoff.parked(PARTITION, SUSPECT)
    assert not backoff.held(PARTITION)
    assert (barred(backoff), backoff.window(PARTITION)) == ([], 1)


def test_trust_comes_back_by_doubling() -> None:
    backoff = PartitionBackoff()
    backoff.refused(PARTITION, range(100), Blame.RECORD)
    assert backoff.window(PARTITION) == 50
    for expected in (100, 200, 400, WINDOW):
        backoff.taken(PARTITION, range(backoff.window(PARTITION)))
        assert backoff.window(PARTITION) == expected


@pytest.mark.parametrize("blame", [Blame.MOMENT, Blame.DOUBT])
def test_a_held_partition_is_left_alone_longer_each_time_and_others_are_not(clock: Clock, blame: Blame) -> None:
    backoff, hold = PartitionBackoff(), HOLD_FIRST
    for _ in range(10):
        backoff.refused(PARTITION, range(8), blame)
        clock.now += hold * 0.9
        assert backoff.held(PARTITION)
        assert not backoff.held(OTHER)
        clock.now += hold * 0.2
        assert not backoff.held(PARTITION)
        hold = min(hold * 2, HOLD_LAST)


def test_while_nothing_is_taken_all_who_are_in_doubt_are_tried_together(clock: Clock) -> None:
    backoff = PartitionBackoff()
    for _ in range(3):
        backoff.refused(PARTITION, range(8), Blame.DOUBT)
        clock.now += HOLD_LAST
    backoff.refused(OTHER, range(8), Blame.DOUBT)
    clock.now += HOLD_FIRST * 1.1
    assert backoff.held(OTHER)
    backoff.taken(PARTITION, range(8))
    assert not backoff.held(OTHER)
