"""What counts as an event that came right by itself, late or beyond versions that are gone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.messaging.dead_letters import topic_of
from tests.chaos.dumps import Dumps, Sample, Seen
from tests.chaos.poison import FOLLOWERS, TOPIC
from tests.chaos.setbacks import Setback, came_right
from tests.unit.chaos.afterwards import KEY, NOON, STREAM, changed, event_id, moved, sample, well


def delayed(**changes: Any) -> Setback:
    """Held, tried again in vain, then let through a moment before it passed."""
    ids = [event_id(version) for version in (1, 2, 3)]
    held = Setback("delayed", "talent", STREAM, (1, 2, 3), ids, refused=True, rows=1, behind=FOLLOWERS, attempts=1)
    return replace(held, **({"lifted_at": NOON} | changes))


def jumped() -> Setback:
    return replace(delayed(), name="jump", versions=(2, 3), refused=False, lifted_at=None, rows=0, behind=0, attempts=0)


def wrong(setback: Setback, dumps: Dumps | None = None) -> bool:
    return bool(came_right(dumps or well(), [setback]).violations)


def held_at_some_time() -> Sample:
    return replace(sample(), deferred=frozenset({(TOPIC, KEY, 2)}))


def test_what_was_held_tried_again_and_passed_when_it_could_be_came_right() -> None:
    assert came_right(well(), [delayed()]).checked == 1
    assert not wrong(delayed())


@pytest.mark.parametrize("held", [{"rows": 0}, {"behind": 1}, {"attempts": 0}])
def test_what_was_not_held_with_its_followers_or_not_tried_again_proves_nothing(held: dict[str, int]) -> None:
    assert wrong(delayed(**held))


def test_what_passed_before_it_could_be_or_was_never_let_through_is_found() -> None:
    assert wrong(delayed(lifted_at=NOON + timedelta(seconds=1)))
    assert wrong(delayed(lifted_at=None))


@pytest.mark.parametrize("setback", [delayed(), jumped()], ids=lambda s: s.name)
def test_what_is_stuck_at_the_end_is_found(setback: Setback) -> None:
    assert wrong(setback, replace(well(), final=[sample(cursor=1)]))
    assert wrong(setback, replace(well(), final=[replace(sample(), cursors={})]))


def test_what_was_given_up_is_found() -> None:
    letter = Seen(topic_of(TOPIC, "talent"), 0, 0, KEY, event_id(50), 1, "", b"", str(event_id(2)))
    assert wrong(delayed(), replace(well(), seen=[letter]))
    assert not wrong(delayed(), replace(well(), seen=[replace(letter, topic=topic_of(TOPIC, "notifications"))]))


def test_a_jump_is_passed_and_never_held() -> None:
    assert not wrong(jumped())
    assert wrong(jumped(), replace(well(), samples=[held_at_some_time()]))


def test_what_others_hold_is_not_this_consumers() -> None:
    assert not wrong(jumped(), replace(well(), samples=[replace(held_at_some_time(), group="notifications")]))


def test_a_move_to_a_version_that_is_gone_is_none_of_its_own() -> None:
    early = [moved(1, after=-1.0), moved(2), moved(3)]
    assert not wrong(replace(delayed(), versions=(2, 3)), changed(well(), "talent", moved=early))
    assert wrong(delayed(), changed(well(), "talent", moved=early))


def test_gone_is_what_lies_below_the_last_and_was_never_written() -> None:
    assert replace(delayed(), versions=(4, 5, 8)).gone == {1, 2, 3, 6, 7}
    assert not delayed().gone
