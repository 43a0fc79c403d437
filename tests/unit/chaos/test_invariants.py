"""Every check of the chaos run holds on what a good run leaves, and fails on each way it could have gone wrong."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos import invariants
from tests.chaos.dumps import DeferredEvent, Dumps
from tests.chaos.invariants import Finding
from tests.chaos.poison import TOPIC
from tests.unit.chaos.afterwards import (
    KEY,
    PLACE,
    STREAM,
    a_poison,
    applied,
    changed,
    event_id,
    moved,
    sample,
    seen,
    well,
    with_seen,
    written,
)


def phantoms(dumps: Dumps) -> Finding:
    return invariants.no_phantoms(dumps, [event_id(77)], ())


def once(dumps: Dumps) -> Finding:
    return invariants.one_effect_each(dumps, frozenset())


def ordered(dumps: Dumps) -> Finding:
    return invariants.effects_in_order(dumps, frozenset())


def converged(dumps: Dumps) -> Finding:
    return invariants.converged(dumps, [a_poison()])


@pytest.mark.parametrize(
    "check",
    [
        invariants.delivered,
        phantoms,
        invariants.first_seen_in_order,
        invariants.well_placed,
        once,
        ordered,
        invariants.offsets_behind_work,
        converged,
    ],
)
def test_a_run_that_kept_its_promise_passes(check: Callable[[Dumps], Finding]) -> None:
    found = check(well())
    assert found.checked
    assert not found.violations


def test_a_repeated_record_breaks_nothing() -> None:
    repeated = with_seen(seen(1), seen(2), seen(1, offset=2), seen(3, offset=3), seen(2, offset=4))
    assert not invariants.first_seen_in_order(repeated).violations
    assert not once(repeated).violations


def test_a_committed_event_that_is_in_no_topic_is_lost() -> None:
    assert invariants.delivered(with_seen(seen(1), seen(2))).violations


def test_a_record_nobody_committed_is_a_phantom() -> None:
    assert phantoms(with_seen(*well().seen, seen(4))).violations


def test_a_record_of_a_rolled_back_transaction_is_a_phantom_even_when_a_trigger_saw_it() -> None:
    undone = replace(written(4), event_id=event_id(77))
    record = replace(seen(4), event_id=event_id(77))
    dumps = changed(with_seen(*well().seen, record), "enrolment", written=[*well().of("enrolment").written, undone])
    assert phantoms(dumps).violations


def test_bytes_of_no_envelope_are_a_phantom_unless_we_sent_them() -> None:
    bytes_only = replace(seen(4), event_id=None)
    dumps = with_seen(*well().seen, bytes_only)
    assert phantoms(dumps).violations
    assert not invariants.no_phantoms(dumps, [], [f"{PLACE[0]}/{PLACE[1]}/3"]).violations


@pytest.mark.parametrize("versions", [(2, 1, 3), (1, 3, 2), (1, 3), (2, 3)])
def test_events_first_seen_out_of_order_or_with_a_gap_are_found(versions: tuple[int, ...]) -> None:
    dumps = with_seen(*(seen(version, offset=place) for place, version in enumerate(versions)))
    assert invariants.first_seen_in_order(dumps).violations


def test_only_versions_nobody_wrote_may_be_left_out_of_the_order() -> None:
    dumps = with_seen(*(seen(version, offset=place) for place, version in enumerate((3, 4, 6))))
    assert not invariants.first_seen_in_order(dumps, {STREAM: {1, 2, 5}}).violations
    assert invariants.first_seen_in_order(dumps, {STREAM: {1, 2}}).violations
    assert invariants.first_seen_in_order(dumps, {STREAM: {1, 2, 5, 6}}).violations
    assert invariants.first_seen_in_order(dumps, {(TOPIC, "another"): {1, 2, 5}}).violations


def test_a_record_on_another_partition_is_found() -> None:
    assert invariants.well_placed(with_seen(replace(seen(1), partition=(PLACE[1] + 1) % 12))).violations


def test_a_record_that_says_something_else_than_was_written_is_found() -> None:
    assert invariants.well_placed(with_seen(replace(seen(1), type="another"))).violations


def test_an_effect_that_came_twice_is_found() -> None:
    assert once(changed(well(), "talent", applied=[applied(1), applied(2), applied(2), applied(3)])).violations


def test_an_effect_that_never_came_is_found() -> None:
    assert once(changed(well(), "talent", applied=[applied(1), applied(3)])).violations


def test_poison_must_have_had_no_effect() -> None:
    hopeless = {event_id(2)}
    assert invariants.one_effect_each(well(), hopeless).violations
    without = changed(well(), "talent", applied=[applied(1), applied(3)])
    assert not invariants.one_effect_each(without, hopeless).violations


def test_effects_in_another_order_are_found() -> None:
    assert ordered(changed(well(), "talent", applied=[applied(2), applied(1), applied(3)])).violations


@pytest.mark.parametrize("versions", [(1, 3, 2), (1, 2, 2)])
def test_a_cursor_that_did_not_rise_is_found(versions: tuple[int, ...]) -> None:
    assert ordered(changed(well(), "talent", moved=[moved(version) for version in versions])).violations


def test_an_offset_past_what_was_absorbed_is_found_in_a_sample_and_at_the_end() -> None:
    ahead = sample(offset=3, cursor=2)
    assert invariants.offsets_behind_work(replace(well(), samples=[ahead])).violations
    assert invariants.offsets_behind_work(replace(well(), final=[ahead])).violations
    assert not invariants.offsets_behind_work(replace(well(), samples=[sample(offset=2, cursor=2)])).violations


def test_an_offset_may_pass_what_was_deferred_but_not_what_lies_between() -> None:
    deferred = frozenset({(TOPIC, KEY, 2), (TOPIC, KEY, 3)})
    held = replace(sample(cursor=1), deferred=deferred)
    assert not invariants.offsets_behind_work(replace(well(), samples=[held])).violations
    missing = replace(held, deferred=frozenset({(TOPIC, KEY, 3)}))
    assert invariants.offsets_behind_work(replace(well(), samples=[missing])).violations


def test_an_offset_may_pass_what_nobody_can_read() -> None:
    dumps = replace(well(), samples=[sample(cursor=2)])
    assert not invariants.offsets_behind_work(dumps, {event_id(3)}).violations
    assert invariants.offsets_behind_work(dumps, {event_id(2)}).violations


def test_an_event_left_in_the_outbox_is_found() -> None:
    assert converged(changed(well(), "enrolment", left=[event_id(3)])).violations


def test_lag_that_stays_is_found() -> None:
    assert converged(replace(well(), final=[sample(offset=2)])).violations


def test_a_partition_nobody_ever_committed_is_lag_too() -> None:
    assert converged(replace(well(), final=[replace(sample(), committed={})])).violations


def test_only_the_poison_may_stay_deferred() -> None:
    kept = DeferredEvent("talent", TOPIC, "poison", 1, event_id(99), "retry")
    assert not converged(changed(well(), "talent", deferred=[kept])).violations
    assert converged(changed(well(), "talent", deferred=[replace(kept, key=KEY)])).violations
