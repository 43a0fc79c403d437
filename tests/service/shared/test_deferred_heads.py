"""Which row is the head of its key is told by version and id, what is meant by what was named, and a turn ends."""

# pyright: reportPrivateUsage=false

from functools import partial
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from shared.messaging import deferred, recovery
from shared.messaging.deferred import MOST_BYTES, Deferred
from shared.messaging.recovery import Selection
from shared.messaging.wire import Event
from shared.postgres.database import Transaction
from tests.service.shared.deliveries import KEY, delivered
from tests.service.shared.readers import WHY, Reader, named
from tests.support.actions import BY_NAME
from tests.support.delivery import TOPIC

OTHER = UUID(int=2)
NONSENSE = b'{"nonsense": true}'


async def test_a_skip_by_topic_drops_nothing_that_waits_under_the_id_of_something_dead(reader: Reader) -> None:
    event_id = uuid4()
    dead, waiting = (delivered(1, key=key, event_id=event_id) for key in (KEY, OTHER))
    reader.failing = {1}
    await reader.inbox.apply([Event(dead.envelope, NONSENSE), waiting, delivered(2, key=OTHER)])
    assert (await reader.db.run(recovery.perform, BY_NAME["skip"], Selection(topic=TOPIC), WHY)).event_ids == [event_id]
    reader.failing = set()
    await reader.work()
    assert await reader.effects(OTHER) == ["1", "2"]
    assert await reader.effects() == []


async def test_a_row_with_the_id_of_the_head_before_it_is_not_due_for_ever(reader: Reader) -> None:
    event_id = uuid4()
    dead = Event(delivered(1, event_id=event_id).envelope, NONSENSE)
    await reader.inbox.apply([dead, delivered(2, event_id=event_id)])
    await reader.do("update deferred set state = 'retry', next_at = clock_timestamp() where version = 2")
    assert await reader.worker.run_due() == 0
    assert await reader.deferred() == [(1, "dead"), (2, "behind")]


async def test_nobody_is_blamed_for_what_was_done_before(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another member has taken the head, and promoted the next, by the time its error is written down."""
    reader.failing = {1}
    await reader.inbox.apply([delivered(1), delivered(2)])
    reader.failing = set()
    other = Deferred("adder", reader.db, reader.inbox.handle)

    async def overtaken(*_: object) -> None:
        await reader.db.run(other._drain, (await reader.db.read(other._due))[0], 1)
        raise ValueError

    monkeypatch.setattr(reader.worker, "_drain_or_blame", partial(reader.worker._drain_or_blame, steps=(1,)))
    monkeypatch.setattr(reader.worker, "_drain", overtaken)
    await reader.do("update deferred set next_at = clock_timestamp()")
    await reader.worker.run_due()
    assert [tuple(row) for row in await reader.rows("select version, attempts from deferred")] == [(2, 0)]


async def test_a_replay_of_what_waits_makes_it_no_younger(reader: Reader) -> None:
    reader.failing = {1}
    await reader.inbox.apply([delivered(1), Event(delivered(1, key=OTHER).envelope, NONSENSE)])
    await reader.do("update deferred set head_since = head_since - interval '1 day'")
    assert len((await reader.db.run(recovery.perform, BY_NAME["replay"], Selection(topic=TOPIC), WHY)).event_ids) == 2
    rows = await reader.rows(
        "select key from deferred where state = 'retry' and head_since < clock_timestamp() - interval '1 hour'"
    )
    assert [row["key"] for row in rows] == [str(KEY)]


async def test_a_long_chain_leaves_its_key_to_others_between_turns(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]

    async def slowly(_: Transaction) -> None:
        now[0] += deferred.TURN * 0.6

    reader.failing = {1}
    first = delivered(1)
    await reader.inbox.apply([first, *(delivered(n) for n in range(2, 6))])
    reader.error, reader.failing = slowly, {1, 2, 3, 4, 5}
    monkeypatch.setattr(deferred, "time", SimpleNamespace(monotonic=lambda: now[0]))
    await reader.db.run(recovery.perform, BY_NAME["replay"], named(first), WHY)
    assert await reader.worker.run_due() == 2
    assert await reader.deferred() == [(3, "retry"), (4, "behind"), (5, "behind")]
    assert await reader.worker.run_due() == 2
    assert await reader.worker.run_due() == 1
    assert await reader.effects() == ["1", "2", "3", "4", "5"]


async def test_a_chain_of_large_events_is_read_in_parts_and_applied_whole(reader: Reader) -> None:
    """Five hundred payloads at once can be half a gigabyte."""
    first = delivered(1)
    large = [Event(delivered(n).envelope, delivered(n).payload + b" " * 900_000) for n in range(2, 31)]
    reader.failing = {1}
    await reader.inbox.apply([first, *large])
    reader.failing = set()
    rounds = 0
    while await reader.deferred():
        assert await reader.work() <= MOST_BYTES // 900_000 + 2
        rounds += 1
    assert rounds == 4
    assert await reader.effects() == [str(n) for n in range(1, 31)]
