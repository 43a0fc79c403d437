"""How the relay narrows down a refused record, and holds a pair whose moment is wrong."""

from shared.messaging.troubles import WINDOW, Troubles

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


def test_a_held_pair_is_left_alone_and_others_are_not() -> None:
    troubles = Troubles()
    troubles.hold(PAIR)
    assert troubles.held(PAIR)
    assert not troubles.held(("enrolment.cohorts", 4))
