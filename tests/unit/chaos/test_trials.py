"""What the invariants have to know of everything the run did on purpose."""

from dataclasses import replace

from tests.chaos.holes import Hole
from tests.chaos.setbacks import Setback
from tests.chaos.trials import Sent
from tests.unit.chaos.afterwards import KEY, STREAM, a_poison, event_id, sample, well

HOLE = Hole("talent", KEY, event_id(2), event_id(3), (event_id(4), event_id(5)), accepted=True)
DELAYED = Setback("delayed", "talent", STREAM, (1, 2, 3), [], refused=True, attempts=1)
JUMP = Setback("jump", "talent", STREAM, (2, 3), [], refused=False)


def test_what_fails_for_good_has_no_effect_and_what_a_relay_held_has() -> None:
    poisons = [a_poison(event_id=event_id(9)), a_poison(consumer=None, event_id=event_id(8)), a_poison(event_id=None)]
    assert Sent(poisons, holes=[HOLE, replace(HOLE, dead=None)]).hopeless == {event_id(9), event_id(2), event_id(3)}


def test_their_keys_are_set_apart() -> None:
    another = replace(JUMP, stream=("enrolment.contacts", "another"))
    assert Sent([], [DELAYED, another], [replace(HOLE, key="a third")]).apart == {KEY, "another", "a third"}


def test_only_what_jumped_has_versions_that_are_gone() -> None:
    assert Sent([], [DELAYED]).gone == {}
    assert Sent([], [JUMP]).gone == {STREAM: {1}}


def test_only_what_came_to_its_end_has_happened() -> None:
    sent, ended = Sent([], [DELAYED, JUMP], [HOLE]), replace(well(), final=[sample(cursor=3)])
    counted = sent.happened(ended)
    assert (counted["retries that later applied"], counted["jumps accepted"], counted["holes accepted"]) == (1, 1, 0)
    assert sent.happened(replace(well(), final=[sample(cursor=5)]))["holes accepted"] == 1
    assert set(sent.happened(replace(well(), final=[sample(cursor=1)])).values()) == {0}
    assert Sent([], [replace(DELAYED, attempts=0)]).happened(ended)["retries that later applied"] == 0


def test_our_own_bytes_are_known_by_where_they_stand() -> None:
    assert Sent([a_poison(origin="there")]).foreign(well()) == {"there"}
