"""What is set aside comes back: no key stands still for ever, and none because of another."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.contracts.enrolment import ContactChanged, RecordingPublished
from shared.contracts.envelope import Contract, Envelope
from shared.messaging import cursors, deferred, outbox, recovery
from shared.messaging.cursors import Cursor, Verdict, judge
from shared.messaging.deferred import Deferred
from shared.messaging.inbox import Handler, Inbox
from shared.messaging.recovery import Order, Selection
from shared.messaging.wire import Event, keys
from shared.postgres.database import Database, PostgresAway, Transaction
from tests.service.shared.deliveries import KEY, delivered
from tests.support.databases import connected, fresh_database, reopen, shut
from tests.support.delivery import NOW, TOPIC, effects, make_effects, note, somebody_waits

WHY = Order("ops", "mended", dry_run=False)


@pytest.fixture
async def db(postgres_admin: str) -> AsyncGenerator[Database]:
    async with fresh_database(postgres_admin, "shared") as address, connected(address) as db:
        await db.run(make_effects)
        yield db


class Reader:
    """A consumer whose handlers fail for as long as they are told to."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.failing: set[int] = set()
        self.error: Callable[[Transaction], Awaitable[None]] = _raises(ValueError("not yet"))
        self.inbox = Inbox("adder", [Handler(kind, self._note) for kind in (RecordingPublished, ContactChanged)], db)
        self.worker = Deferred("adder", db, self.inbox.handle)

    async def _note(self, _: Contract, envelope: Envelope, tx: Transaction) -> None:
        await tx.execute("insert into effect (key, ref) values ($1, $2)", envelope.key, str(envelope.sequence))
        if envelope.sequence in self.failing:
            await self.error(tx)

    async def effects(self, key: UUID = KEY) -> list[str]:
        return (await effects(self.db)).get(str(key), [])

    async def aside(self) -> list[tuple[int, str]]:
        rows = await self.rows("select version, state from deferred order by version, event_id")
        return [(row["version"], row["state"]) for row in rows]

    async def rows(self, sql: str) -> list[Any]:
        return await self.db.read(lambda tx: tx.fetch(sql))

    async def work(self, rounds: int = 1) -> int:
        """So many rounds of the worker, everything that is postponed due before each."""
        done = 0
        for _ in range(rounds):
            await self.do("update deferred set next_at = clock_timestamp()")
            done += await self.worker.run_due()
        return done

    async def do(self, sql: str) -> None:
        await self.db.run(lambda tx: tx.execute(sql))


def _raises(error: BaseException) -> Callable[[Transaction], Awaitable[None]]:
    async def fail(_: Transaction) -> None:
        raise error

    return fail


@pytest.fixture
def reader(db: Database) -> Reader:
    return Reader(db)


def contact(sequence: int) -> Event:
    """Version `sequence` of somebody's contact, whose topic keeps it for a week."""
    changed = ContactChanged(effective_at=NOW, person_id=KEY, name="Ada Made-Up", email="ada@example.nhs.uk")
    envelope = Envelope(
        uuid4(), "/test", changed.event_type(), NOW, changed.topic, changed.key(), sequence, "c", None, None
    )
    return Event(envelope, changed.model_dump_json().encode())


def named(*events: Event) -> Selection:
    return Selection([event.envelope.id for event in events])


async def test_a_first_version_that_failed_is_applied_once_it_can_be(reader: Reader) -> None:
    reader.failing = {4}
    await reader.inbox.apply([contact(4), contact(5)])
    assert await reader.aside() == [(4, "retry"), (5, "behind")]
    assert await reader.work() == 0
    reader.failing = set()
    assert await reader.work() == 2
    assert await reader.effects() == ["4", "5"]
    assert await reader.aside() == []


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
    assert await reader.aside() == [(4, "dead")]
    assert len(await reader.rows("select 1 from outbox where topic like '%.dlt.adder'")) == 1


@pytest.mark.parametrize(("verb", "then"), [(recovery.replay, ["4", "5"]), (recovery.skip, ["5"])])
async def test_a_verb_takes_a_head_that_only_waits_when_it_is_named(
    reader: Reader, verb: Callable[..., Awaitable[Any]], then: list[str]
) -> None:
    reader.failing = {4}
    head, behind = contact(4), contact(5)
    await reader.inbox.apply([head, behind])
    reader.failing = set()
    assert (await reader.db.run(verb, named(behind), WHY)).event_ids == []
    assert (await reader.db.run(verb, named(head), WHY)).event_ids == [head.envelope.id]
    await reader.worker.run_due()
    assert await reader.effects() == then
    assert await reader.aside() == []


async def test_a_topic_means_the_dead_to_skip_and_all_heads_to_replay(reader: Reader) -> None:
    reader.failing = {2}
    await reader.inbox.apply([delivered(1), delivered(2)])
    everything = Selection(topic=TOPIC)
    assert (await reader.db.run(recovery.skip, everything, WHY)).event_ids == []
    assert len((await reader.db.run(recovery.replay, everything, WHY)).event_ids) == 1
    assert (await reader.db.run(recovery.replay, everything, WHY)).event_ids == []


async def test_a_hole_behind_a_held_key_is_told_and_accepted(reader: Reader) -> None:
    """Version 2 is dead, version 3 nobody could read, 4 and 5 wait behind: each is let go by its own verb."""
    dead = Event(delivered(2).envelope, b'{"nonsense": true}')
    beyond = delivered(4)
    await reader.inbox.apply([delivered(1), dead, beyond, delivered(5)])
    assert await reader.aside() == [(2, "dead"), (4, "behind"), (5, "behind")]
    await reader.db.run(recovery.skip, named(dead), WHY)
    assert await reader.worker.run_due() == 0
    assert await reader.aside() == [(4, "gap"), (5, "behind")]
    await reader.db.run(recovery.accept_gap, named(beyond), WHY)
    assert await reader.worker.run_due() == 2
    assert await reader.effects() == ["1", "4", "5"]


async def test_a_hole_is_accepted_though_nobody_looked_at_it_yet(reader: Reader) -> None:
    dead, beyond = Event(delivered(2).envelope, b'{"nonsense": true}'), delivered(4)
    await reader.inbox.apply([delivered(1), dead, beyond])
    await reader.db.run(recovery.skip, named(dead), WHY)
    assert (await reader.db.run(recovery.accept_gap, Selection(topic=TOPIC), WHY)).event_ids == [beyond.envelope.id]
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
    assert {state for _, state in await reader.aside()} == {"gap"}


async def test_an_outage_is_no_try_of_the_head_it_meets(reader: Reader, postgres_admin: str) -> None:
    reader.failing = {1}
    await reader.inbox.apply([delivered(1)])
    [row] = await reader.rows("select current_database() as name")

    async def go_away(tx: Transaction) -> None:
        await shut(postgres_admin, row["name"])
        await tx.execute("select 1")

    reader.error = go_away
    assert await reader.work() == 0
    await reopen(postgres_admin, row["name"])
    assert [row["attempts"] for row in await reader.rows("select attempts from deferred")] == [0]
    reader.failing = set()
    assert await reader.work() == 1


async def test_what_fills_a_hole_goes_before_what_waits_for_it(reader: Reader) -> None:
    await reader.inbox.apply([delivered(1), delivered(4), delivered(5)])
    reader.failing = {2}
    await reader.inbox.apply([delivered(2)])
    assert await reader.aside() == [(2, "retry"), (4, "behind"), (5, "behind")]
    reader.failing = set()
    await reader.work()
    assert await reader.aside() == [(4, "gap"), (5, "behind")]
    await reader.inbox.apply([delivered(3)])
    await reader.work()
    assert await reader.effects() == ["1", "2", "3", "4", "5"]


async def test_a_jump_never_passes_over_what_another_member_has_just_set_aside(reader: Reader) -> None:
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
    assert await reader.aside() == [(2, "dead"), (3, "behind"), (3, "behind"), (4, "behind")]
    await reader.db.run(recovery.skip, named(dead), WHY)
    await reader.worker.run_due()
    assert await reader.effects() == ["1", "3"]
    assert await reader.aside() == [(3, "dead"), (4, "behind")]
    [row] = await reader.rows("select event_id, error_class from deferred where state = 'dead'")
    assert (row["event_id"], row["error_class"]) == (impostor.envelope.id, "version_used_twice")
    await reader.db.run(recovery.skip, named(impostor), WHY)
    await reader.worker.run_due()
    assert await reader.effects() == ["1", "3", "4"]


async def test_what_an_older_release_left_due_behind_a_head_is_not_tried_before_it(reader: Reader) -> None:
    dead = Event(delivered(1).envelope, b'{"nonsense": true}')
    await reader.inbox.apply([dead, delivered(2)])
    await reader.do("update deferred set state = 'retry' where version = 2")
    assert await reader.work() == 0
    assert await reader.aside() == [(1, "dead"), (2, "behind")]


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


async def test_what_breaks_the_whole_transaction_is_found_in_its_chain_and_blamed_alone(reader: Reader) -> None:
    """What a handler announces is written at the end: by then the events before it in its chain are done."""
    await reader.inbox.apply([delivered(2), delivered(3), delivered(4)])
    reader.error, reader.failing = _announces_what_cannot_be_written, {3}
    await reader.inbox.apply([delivered(1)])
    assert await reader.work() == 1
    assert await reader.work() == 1
    assert await reader.effects() == ["1", "2"]
    assert await reader.aside() == [(3, "retry"), (4, "behind")]
    reader.failing = set()
    assert await reader.work() == 2
    assert await reader.effects() == ["1", "2", "3", "4"]


async def _announces_what_cannot_be_written(tx: Transaction) -> None:
    outbox.append_raw(tx, outbox.Pending(TOPIC, "a\0b", uuid4(), "test", b"", {}))


async def _asks_the_wrong_thing(tx: Transaction) -> None:
    await tx.execute("select $1::bigint", 2**63)


class Panic(BaseException):
    """As a library in another language raises it."""


async def _statement_too_slow(tx: Transaction) -> None:
    await tx.execute("set local statement_timeout = '50ms'")
    await tx.execute("select pg_sleep(5)")


async def _session_ended(tx: Transaction) -> None:
    await tx.execute("select pg_terminate_backend(pg_backend_pid())")


async def _rolled_back(tx: Transaction) -> None:
    await tx.execute("rollback")


async def _read_only(tx: Transaction) -> None:
    await tx.execute("set transaction read only")
    await tx.execute("delete from effect")


async def _two_at_once(tx: Transaction) -> None:
    await asyncio.gather(tx.fetchval("select 1"), tx.fetchval("select 2"))


async def _too_slow(_: Transaction) -> None:
    async with asyncio.timeout(0):
        await asyncio.sleep(1)


@pytest.mark.parametrize(
    "error",
    [
        _raises(OSError("no such file")),
        _raises(ConnectionRefusedError("the neighbour is away")),
        _raises(TimeoutError()),
        _raises(asyncio.CancelledError()),
        _asks_the_wrong_thing,
        _two_at_once,
        _too_slow,
        _announces_what_cannot_be_written,
        _raises(Panic()),
        _raises(SystemExit()),
        _raises(asyncpg.SerializationError()),
        _statement_too_slow,
        _session_ended,
        _rolled_back,
        _read_only,
    ],
    ids=[
        "OSError",
        "refused",
        "timeout",
        "cancelled",
        "wrong argument",
        "two statements at once",
        "too slow",
        "bad news",
        "panic",
        "exit",
        "in the way",
        "statement too slow",
        "session ended",
        "rolled back",
        "read only",
    ],
)
async def test_what_a_handler_raises_of_its_own_holds_its_key_and_no_other(
    reader: Reader, error: Callable[[Transaction], Awaitable[None]]
) -> None:
    """Taken for an outage of the database it would be waited out, and everything else with it."""
    reader.error, reader.failing = error, {2}
    other = UUID(int=2)
    batch = [delivered(1), delivered(2), delivered(3), delivered(1, key=other)]
    [raised] = await asyncio.gather(reader.inbox.apply(batch), return_exceptions=True)
    assert raised is None, raised
    assert await reader.aside() == [(2, "retry"), (3, "behind")]
    assert await reader.effects(other) == ["1"]
    assert await reader.work() == 0
    reader.failing = set()
    assert await reader.work() == 2
    assert await reader.effects() == ["1", "2", "3"]


async def test_who_is_told_to_end_within_a_handler_ends(reader: Reader) -> None:
    entered = asyncio.Event()

    async def stand_still(_: Transaction) -> None:
        entered.set()
        await asyncio.Event().wait()

    reader.error, reader.failing = stand_still, {1}
    applying = asyncio.create_task(reader.inbox.apply([delivered(1)]))
    await entered.wait()
    applying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await applying
    assert await reader.aside() == []


async def test_sessions_of_a_primary_that_was_demoted_are_given_up_for_new_ones(postgres_admin: str) -> None:
    """They live on and may only read; those that are made now lead to whoever is the primary."""
    async with fresh_database(postgres_admin, "shared") as address, connected(address, size=1) as db:
        await db.run(make_effects)
        await db.read(lambda tx: tx.execute("set default_transaction_read_only = on"))
        with pytest.raises(PostgresAway, match="ReadOnlySQLTransaction"):
            await db.run(lambda tx: tx.execute("delete from effect"))
        await db.run(lambda tx: tx.execute("delete from effect"))
        await db.read(lambda tx: tx.execute("set default_transaction_read_only = on"))
        await Inbox("adder", (note,), db).apply([delivered(1)])
        assert await effects(db) == {str(KEY): ["1"]}


async def test_of_two_events_of_one_version_the_right_one_can_be_chosen(reader: Reader) -> None:
    wrong, right = (delivered(2, event_id=UUID(int=n)) for n in (1, 2))
    reader.failing = {2}
    await reader.inbox.apply([delivered(1), wrong, right, delivered(3)])
    reader.failing = set()
    await reader.db.run(recovery.skip, named(wrong), WHY)
    assert await reader.worker.run_due() == 2
    assert await reader.effects() == ["1", "2", "3"]
    assert await reader.aside() == []


async def test_one_event_under_two_versions_dies_where_it_is_wrong_and_holds_its_key(reader: Reader) -> None:
    """What is done with is told by version and id: the dead row of the same id stays."""
    twice, other = UUID(int=1), UUID(int=2)
    reader.failing = {2}
    await reader.inbox.apply([delivered(1), delivered(2, event_id=other), delivered(3, event_id=UUID(int=0))])
    await reader.inbox.apply([delivered(3, event_id=twice), delivered(4)])
    reader.failing = set()
    await reader.work()
    assert await reader.effects() == ["1", "2", "3"]
    assert await reader.aside() == [(3, "dead"), (4, "behind")]


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


async def test_a_skip_that_waited_sees_what_was_set_aside_meanwhile(reader: Reader) -> None:
    """A member sets a lower version aside while the skip of a dead one waits for the cursor it holds."""
    reader.failing = {9}
    dead = Event(contact(9).envelope, b'{"nonsense": true}')
    await reader.inbox.apply([contact(1), dead])
    lower = contact(3)

    async def set_aside_slowly(tx: Transaction) -> "asyncio.Task[Any]":
        await cursors.lock(tx, "adder", keys([lower]))
        await deferred.put(tx, "adder", lower, state="retry", reason="ValueError")
        skipping = asyncio.create_task(reader.db.run(recovery.skip, named(dead), WHY))
        while not await somebody_waits(reader.db):  # noqa: ASYNC110 another process does it
            await asyncio.sleep(0.01)
        return skipping

    outcome = await (await reader.db.run(set_aside_slowly))
    assert outcome.event_ids == []
    await reader.work()
    assert await reader.effects() == ["1", "3"]
