"""What is deferred comes back: no key is stuck for ever, and none because of another."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from shared.messaging import cursors, deferred, recovery
from shared.messaging.actions import Name
from shared.messaging.cursors import Cursor, Verdict, judge
from shared.messaging.recovery import Selection
from shared.messaging.wire import LAST, Event, keys
from shared.postgres.database import Transaction
from tests.service.shared.deliveries import KEY, delivered
from tests.service.shared.readers import WHY, Reader, contact, named
from tests.support.actions import BY_NAME
from tests.support.delivery import TOPIC, somebody_waits

HOUR = 3_600


async def test_a_first_version_that_failed_is_applied_once_it_can_be(reader: Reader) -> None:
    reader.failing = {4}
    await reader.inbox.apply([contact(4), contact(5)])
    assert await reader.deferred() == [(4, "retry"), (5, "behind")]
    assert await reader.work() == 0
    reader.failing = set()
    assert await reader.work() == 2
    assert await reader.effects() == ["4", "5"]
    assert await reader.deferred() == []


async def test_a_jump_that_failed_is_applied_once_it_can_be(reader: Reader) -> None:
    reader.failing = {9}
    await reader.inbox.apply([contact(1), contact(9), contact(12)])
    reader.failing = set()
    assert await reader.work() == 2
    assert await reader.effects() == ["1", "9", "12"]


async def test_a_first_version_that_never_can_be_is_given_up_after_twelve_tries(reader: Reader) -> None:
    reader.failing = {4}
    await reader.inbox.apply([contact(4)])
    await reader.work(12)
    assert await reader.deferred() == [(4, "dead")]
    assert len(await reader.rows("select 1 from outbox where topic like '%.dlt.adder'")) == 1


@pytest.mark.parametrize(("verb", "then"), [("replay", ["4", "5"]), ("skip", ["5"])])
async def test_a_verb_takes_a_head_that_only_waits_when_it_is_named(
    reader: Reader, verb: Name, then: list[str]
) -> None:
    reader.failing = {4}
    head, behind = contact(4), contact(5)
    await reader.inbox.apply([head, behind])
    reader.failing = set()
    assert (await reader.db.run(recovery.perform, BY_NAME[verb], named(behind), WHY)).event_ids == []
    assert (await reader.db.run(recovery.perform, BY_NAME[verb], named(head), WHY)).event_ids == [head.envelope.id]
    await reader.worker.run_due()
    assert await reader.effects() == then
    assert await reader.deferred() == []


async def test_a_topic_means_the_dead_to_skip_and_all_heads_to_replay(reader: Reader) -> None:
    reader.failing = {2}
    await reader.inbox.apply([delivered(1), delivered(2)])
    everything = Selection(topic=TOPIC)
    assert (await reader.db.run(recovery.perform, BY_NAME["skip"], everything, WHY)).event_ids == []
    assert len((await reader.db.run(recovery.perform, BY_NAME["replay"], everything, WHY)).event_ids) == 1
    assert (await reader.db.run(recovery.perform, BY_NAME["replay"], everything, WHY)).event_ids == []


async def test_a_hole_behind_a_held_key_is_told_and_accepted(reader: Reader) -> None:
    """Version 2 is dead, version 3 nobody could read, 4 and 5 wait behind: each is let go by its own verb."""
    dead = Event(delivered(2).envelope, b'{"nonsense": true}')
    beyond = delivered(4)
    await reader.inbox.apply([delivered(1), dead, beyond, delivered(5)])
    assert await reader.deferred() == [(2, "dead"), (4, "behind"), (5, "behind")]
    await reader.db.run(recovery.perform, BY_NAME["skip"], named(dead), WHY)
    assert await reader.worker.run_due() == 0
    assert await reader.deferred() == [(4, "gap"), (5, "behind")]
    await reader.db.run(recovery.perform, BY_NAME["accept_gap"], named(beyond), WHY)
    assert await reader.worker.run_due() == 2
    assert await reader.effects() == ["1", "4", "5"]


async def test_a_hole_is_accepted_though_nobody_looked_at_it_yet(reader: Reader) -> None:
    dead, beyond = Event(delivered(2).envelope, b'{"nonsense": true}'), delivered(4)
    await reader.inbox.apply([delivered(1), dead, beyond])
    await reader.db.run(recovery.perform, BY_NAME["skip"], named(dead), WHY)
    assert (await reader.db.run(recovery.perform, BY_NAME["accept_gap"], Selection(topic=TOPIC), WHY)).event_ids == [
        beyond.envelope.id
    ]
    await reader.worker.run_due()
    assert await reader.effects() == ["1", "4"]


async def test_heads_that_cannot_go_on_keep_nobody_waiting_who_can(reader: Reader) -> None:
    """A hundred heads are looked at in a round: twice as many stand at holes, of three kinds, and one is sound."""
    holes = [delivered(3, key=UUID(int=n)) for n in range(100, 300)]
    await reader.inbox.apply(holes)
    reader.failing = {1}
    sound = UUID(int=9)
    await reader.inbox.apply([delivered(1, key=sound)])
    reader.failing = set()
    await reader.do("update deferred set state = 'retry', next_at = clock_timestamp() - interval '1 hour'")
    await reader.do(f"update deferred set next_at = clock_timestamp() where key = '{sound}'")
    for _ in range(3):
        await reader.worker.run_due()
    assert await reader.effects(sound) == ["1"]
    assert {state for _, state in await reader.deferred()} == {"gap"}


@pytest.mark.parametrize("attempts", [44, 1_024, 1_000_000])
async def test_what_waits_for_a_hole_waits_as_long_as_it_takes(reader: Reader, attempts: int) -> None:
    """Looked at once an hour, it is no dead letter after two days, and none after years."""
    await reader.inbox.apply([delivered(1), delivered(3), delivered(4)])
    await reader.do(f"update deferred set attempts = {attempts} where state = 'gap'")
    await reader.work()
    assert await reader.deferred() == [(3, "gap"), (4, "behind")]
    await reader.inbox.apply([delivered(2)])
    await reader.work()
    assert await reader.effects() == ["1", "2", "3", "4"]


async def test_what_waited_for_a_hole_is_tried_as_often_as_any_other(reader: Reader) -> None:
    await reader.inbox.apply([delivered(1), delivered(3)])
    await reader.do("update deferred set attempts = 1_000")
    reader.failing = {3}
    await reader.inbox.apply([delivered(2)])
    await reader.work()
    assert await reader.deferred() == [(3, "retry")]
    assert [row["attempts"] for row in await reader.rows("select attempts from deferred")] == [1]
    reader.failing = set()
    await reader.work()
    assert await reader.effects() == ["1", "2", "3"]


async def test_what_fills_a_hole_goes_before_what_waits_for_it(reader: Reader) -> None:
    await reader.inbox.apply([delivered(1), delivered(4), delivered(5)])
    reader.failing = {2}
    await reader.inbox.apply([delivered(2)])
    assert await reader.deferred() == [(2, "retry"), (4, "behind"), (5, "behind")]
    reader.failing = set()
    await reader.work()
    assert await reader.deferred() == [(4, "gap"), (5, "behind")]
    await reader.inbox.apply([delivered(3)])
    await reader.work()
    assert await reader.effects() == ["1", "2", "3", "4", "5"]


async def test_a_jump_never_passes_over_what_another_member_has_just_deferred(reader: Reader) -> None:
    """Whoever waited for the lock does not see it among what it found before."""
    reader.failing = {4}
    await reader.inbox.apply([contact(4)])
    seen_before = Cursor(version=None, event_id=None, held=False)
    assert await reader.db.run(judge, "adder", seen_before, contact(5).envelope) is Verdict.GAP
    assert await reader.db.run(judge, "adder", seen_before, contact(4).envelope) is Verdict.JUMP


async def test_two_events_of_one_version_inside_a_chain_are_both_kept_and_told(reader: Reader) -> None:
    """The second of them was dropped in silence, as if it were a repeat of the first."""
    dead = Event(delivered(2).envelope, b'{"nonsense": true}')
    right, impostor = (delivered(3, event_id=UUID(int=n)) for n in (1, 2))
    await reader.inbox.apply([delivered(1), dead, right, impostor, delivered(4)])
    await reader.inbox.apply([impostor])
    assert await reader.deferred() == [(2, "dead"), (3, "behind"), (3, "behind"), (4, "behind")]
    await reader.db.run(recovery.perform, BY_NAME["skip"], named(dead), WHY)
    await reader.worker.run_due()
    assert await reader.effects() == ["1", "3"]
    assert await reader.deferred() == [(3, "dead"), (4, "behind")]
    [row] = await reader.rows("select event_id, error_class from deferred where state = 'dead'")
    assert (row["event_id"], row["error_class"]) == (impostor.envelope.id, "version_used_twice")
    await reader.db.run(recovery.perform, BY_NAME["skip"], named(impostor), WHY)
    await reader.worker.run_due()
    assert await reader.effects() == ["1", "3", "4"]


async def test_what_an_older_release_left_due_behind_a_head_is_not_tried_before_it(reader: Reader) -> None:
    dead = Event(delivered(1).envelope, b'{"nonsense": true}')
    await reader.inbox.apply([dead, delivered(2)])
    await reader.do("update deferred set state = 'retry' where version = 2")
    assert await reader.work() == 0
    assert await reader.deferred() == [(1, "dead"), (2, "behind")]


async def test_what_an_older_release_left_first_and_untried_is_found(reader: Reader) -> None:
    dead = Event(delivered(1).envelope, b'{"nonsense": true}')
    await reader.inbox.apply([dead, delivered(2), delivered(3)])
    assert await reader.worker.sweep() == 0
    await reader.do("delete from deferred where version = 1")
    await reader.do("update consumer_cursor set version = 1")
    assert await reader.work() == 0
    assert await reader.worker.sweep() == 1
    assert await reader.work() == 2
    assert await reader.effects() == ["2", "3"]


async def test_of_two_events_of_one_version_the_right_one_can_be_chosen(reader: Reader) -> None:
    wrong, right = (delivered(2, event_id=UUID(int=n)) for n in (1, 2))
    reader.failing = {2}
    await reader.inbox.apply([delivered(1), wrong, right, delivered(3)])
    reader.failing = set()
    await reader.db.run(recovery.perform, BY_NAME["skip"], named(wrong), WHY)
    assert await reader.worker.run_due() == 2
    assert await reader.effects() == ["1", "2", "3"]
    assert await reader.deferred() == []


async def test_one_event_under_two_versions_dies_where_it_is_wrong_and_holds_its_key(reader: Reader) -> None:
    """What is done with is told by version and id: the dead row of the same id stays."""
    twice, other = UUID(int=1), UUID(int=2)
    reader.failing = {2}
    await reader.inbox.apply([delivered(1), delivered(2, event_id=other), delivered(3, event_id=UUID(int=0))])
    await reader.inbox.apply([delivered(3, event_id=twice), delivered(4)])
    reader.failing = set()
    await reader.work()
    assert await reader.effects() == ["1", "2", "3"]
    assert await reader.deferred() == [(3, "dead"), (4, "behind")]


async def test_a_row_nobody_can_make_anything_of_keeps_nobody_else_waiting(reader: Reader) -> None:
    reader.failing = {1}
    other = UUID(int=2)
    await reader.inbox.apply([delivered(1), delivered(1, key=other)])
    reader.failing = set()
    await reader.do(f"update deferred set envelope = '{{}}', next_at = next_at - interval '1 day' where key = '{KEY}'")
    await reader.do(f"update deferred set next_at = clock_timestamp() where key = '{other}'")
    await reader.worker.run_due()
    assert await reader.effects(other) == ["1"]
    [row] = await reader.rows(f"select next_at > clock_timestamp() as later from deferred where key = '{KEY}'")
    assert row["later"]


async def test_a_skip_that_waited_sees_what_was_deferred_meanwhile(reader: Reader) -> None:
    """A member sets a lower version aside while the skip of a dead one waits for the cursor it holds."""
    reader.failing = {9}
    dead = Event(contact(9).envelope, b'{"nonsense": true}')
    await reader.inbox.apply([contact(1), dead])
    lower = contact(3)

    async def defer_slowly(tx: Transaction) -> "asyncio.Task[Any]":
        await cursors.lock(tx, "adder", keys([lower]))
        await deferred.put(tx, "adder", lower, state="retry", reason="ValueError")
        skipping = asyncio.create_task(reader.db.run(recovery.perform, BY_NAME["skip"], named(dead), WHY))
        while not await somebody_waits(reader.db):  # noqa: ASYNC110 another process does it
            await asyncio.sleep(0.01)
        return skipping

    outcome = await (await reader.db.run(defer_slowly))
    assert outcome.event_ids == []
    await reader.work()
    assert await reader.effects() == ["1", "3"]


async def test_the_last_version_there_can_be_is_taken_beyond_a_gap_and_as_the_next(reader: Reader) -> None:
    beyond, next_to_it = delivered(LAST), delivered(LAST - 1)
    await reader.inbox.apply([delivered(1), beyond])
    assert (await reader.db.run(recovery.perform, BY_NAME["accept_gap"], named(beyond), WHY)).event_ids == [
        beyond.envelope.id
    ]
    await reader.work()
    assert await reader.effects() == ["1", str(LAST)]
    await reader.inbox.apply([next_to_it, beyond, delivered(LAST)])
    assert await reader.deferred() == [(LAST, "dead")]
    outcome = await reader.db.run(recovery.perform, BY_NAME["accept_gap"], Selection(topic=TOPIC), WHY)
    assert outcome.event_ids == []


async def test_a_first_event_that_is_the_last_there_can_be_is_accepted(reader: Reader) -> None:
    first = delivered(LAST)
    await reader.inbox.apply([first])
    assert await reader.deferred() == [(LAST, "gap")]
    await reader.db.run(recovery.perform, BY_NAME["accept_gap"], named(first), WHY)
    await reader.work()
    assert await reader.effects() == [str(LAST)]


async def left_first_and_untried(reader: Reader, version: int) -> Event:
    """What a release of before could leave: the event before it is gone, and it was not told."""
    dead, left = Event(delivered(2).envelope, b'{"nonsense": true}'), delivered(version)
    await reader.inbox.apply([delivered(1), dead, left])
    await reader.do("delete from deferred where version = 2")
    await reader.do(f"update consumer_cursor set version = 2, event_id = '{dead.envelope.id}'")
    assert await reader.deferred() == [(version, "behind")]
    return left


@pytest.mark.parametrize(
    ("verb", "version", "then"),
    [("replay", 3, ["1", "3"]), ("skip", 3, ["1"]), ("accept_gap", 4, ["1", "4"])],
)
async def test_what_is_left_first_and_untried_is_taken_by_its_id(
    reader: Reader, verb: Name, version: int, then: list[str]
) -> None:
    left = await left_first_and_untried(reader, version)
    assert (await reader.db.run(recovery.perform, BY_NAME[verb], Selection(topic=TOPIC), WHY)).event_ids == []
    assert (await reader.db.run(recovery.perform, BY_NAME[verb], named(left), WHY)).event_ids == [left.envelope.id]
    await reader.worker.run_due()
    await reader.inbox.apply([delivered(version + 1)])
    assert await reader.effects() == [*then, str(version + 1)]
    assert await reader.deferred() == []


async def a_day_passes(reader: Reader) -> None:
    await reader.do("update deferred set head_since = head_since - interval '1 day'")


async def seconds_told(reader: Reader, state: deferred.Tried) -> float:
    await reader.worker.measure()
    told = REGISTRY.get_sample_value("academy_deferred_oldest_seconds", {"consumer": "adder", "state": state})
    assert told is not None
    return told


async def test_a_head_is_as_old_as_its_trying_and_not_as_its_waiting_behind_another(reader: Reader) -> None:
    dead = Event(delivered(1).envelope, b'{"nonsense": true}')
    reader.failing = {2}
    await reader.inbox.apply([dead, delivered(2), delivered(4)])
    await a_day_passes(reader)
    assert await seconds_told(reader, "retry") == 0
    await reader.db.run(recovery.perform, BY_NAME["skip"], named(dead), WHY)
    assert 0 < await seconds_told(reader, "retry") < HOUR
    await reader.work()
    await a_day_passes(reader)
    await reader.work()
    assert await seconds_told(reader, "retry") > HOUR
    reader.failing = set()
    await reader.work()
    assert (await seconds_told(reader, "retry"), await reader.deferred()) == (0, [(4, "gap")])
    assert 0 < await seconds_told(reader, "gap") < HOUR
