"""Duplicates, reorder, gaps and failing handlers, on real Postgres."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from shared.contracts.enrolment.contacts import ContactChanged
from shared.contracts.envelope import Envelope
from shared.messaging import deferred, recovery
from shared.messaging.inbox import Inbox, subscribes
from shared.messaging.recovery import ActionContext, Selection
from shared.messaging.wire import Event, Undecodable
from shared.postgres.database import INFRASTRUCTURE, Database, Transaction
from tests.service.shared.deliveries import KEY, delivered
from tests.support.actions import BY_NAME
from tests.support.databases import execute, rows
from tests.support.delivery import NOW, effects, make_effects, note, numbered


@pytest.fixture
async def db(db: Database) -> Database:
    await db.run(make_effects)
    return db


@pytest.fixture
def inbox(db: Database) -> Inbox:
    return Inbox("adder", (note,), db)


async def waiting(db: Database) -> list[tuple[int, str]]:
    async def read(tx: Transaction) -> list[Any]:
        return await tx.fetch("select version, state from deferred order by version")

    return [(row["version"], row["state"]) for row in await db.read(read)]


async def letters(db: Database) -> list[Any]:
    """Every dead letter, oldest first."""

    async def read(tx: Transaction) -> list[Any]:
        return await tx.fetch("select topic, event_id, headers from outbox order by seq")

    return await db.read(read)


async def forget(tx: Transaction) -> None:
    """Nothing is known of what was read, as in a database set back to a moment before."""
    await tx.execute("delete from deferred; delete from consumer_cursor")


def unreadable(sequence: int) -> Event:
    """What no handler can ever take."""
    return Event(delivered(sequence).envelope, b'{"nonsense": true}')


async def make_due(db: Database) -> None:
    async def hurry(tx: Transaction) -> None:
        await tx.execute("update deferred set next_at = clock_timestamp()")

    await db.run(hurry)


async def test_an_event_delivered_again_has_no_second_effect(inbox: Inbox, db: Database) -> None:
    batch = [delivered(1), delivered(2)]
    await inbox.apply(batch)
    await inbox.apply(batch)
    await inbox.apply([*batch, delivered(3)])
    assert await effects(db) == {str(KEY): ["1", "2", "3"]}


def made(sequence: int, second: int) -> Event:
    """An event whose id tells that second."""
    return delivered(sequence, event_id=UUID(int=(second * 1_000 << 80) | (7 << 76) | (0b10 << 62) | sequence))


@pytest.mark.parametrize(("second", "told"), [(30, 0), (1_000, 0), (1_359, 0), (1_361, 1)])
async def test_a_new_event_under_a_version_passed_long_ago_is_dropped_and_told(
    inbox: Inbox, db: Database, second: int, told: int
) -> None:
    await inbox.apply([made(1, 0), made(2, 1_000)])
    before = reused()
    await inbox.apply([made(1, second)])
    assert reused() - before == told
    assert await effects(db) == {str(KEY): ["1", "2"]}


async def test_what_is_delivered_again_is_no_version_used_again(inbox: Inbox) -> None:
    """Also where its id tells no time, or another than its version would."""
    batch = [delivered(1), made(2, 9_000), made(3, 1_000)]
    await inbox.apply(batch)
    before = reused()
    await inbox.apply([batch[0], batch[2]])
    assert reused() == before


def reused() -> float:
    return REGISTRY.get_sample_value("academy_versions_reused_total", {"consumer": "adder"}) or 0.0


async def test_a_gap_waits_for_the_missing_event_and_then_catches_up_in_order(inbox: Inbox, db: Database) -> None:
    await inbox.apply([delivered(1), delivered(3), delivered(4)])
    assert await effects(db) == {str(KEY): ["1"]}
    assert await waiting(db) == [(3, "gap"), (4, "behind")]
    await inbox.apply([delivered(2)])
    await make_due(db)
    applied = await deferred.Deferred("adder", db, inbox.handle).run_due()
    assert applied == 3
    assert await effects(db) == {str(KEY): ["1", "2", "3", "4"]}
    assert await waiting(db) == []


async def test_a_first_version_above_one_is_a_gap_unless_the_consumer_is_bootstrapping(
    inbox: Inbox, db: Database
) -> None:
    await inbox.apply([delivered(5)])
    assert await waiting(db) == [(5, "gap")]
    newcomer = Inbox("newcomer", (note,), db)

    async def bootstrap(tx: Transaction) -> None:
        await tx.execute(
            "insert into consumer values ('newcomer', $1, clock_timestamp() + interval '1 hour')",
            numbered(KEY, 1).topic,
        )

    await db.run(bootstrap)
    await newcomer.apply([delivered(5), delivered(6)])
    assert await effects(db) == {str(KEY): ["5", "6"]}


async def test_a_failing_event_holds_its_key_and_no_other(inbox: Inbox, db: Database) -> None:
    other = UUID(int=2)
    await inbox.apply([delivered(1), delivered(2, ref="poison"), delivered(3), delivered(1, key=other)])
    assert await effects(db) == {str(KEY): ["1"], str(other): ["1"]}
    assert await waiting(db) == [(2, "retry"), (3, "behind")]


async def test_an_event_that_can_never_be_handled_becomes_a_dead_letter_at_once(inbox: Inbox, db: Database) -> None:
    broken = unreadable(1)
    await inbox.apply([broken])
    assert await waiting(db) == [(1, "dead")]
    [letter] = await letters(db)
    assert letter["topic"] == "enrolment.cohorts.dlt.adder"
    assert letter["headers"]["originid"] == str(broken.envelope.id)
    assert letter["headers"]["errorclass"] == "ValidationError"


async def test_members_that_give_the_same_event_up_send_one_dead_letter(db: Database) -> None:
    """As in a rebalance: each has seen the event fail before any of them has deferred it."""
    batch = [unreadable(1), delivered(2)]
    members = [Inbox("adder", (note,), db) for _ in range(6)]
    await asyncio.gather(*(member.apply(batch) for member in members))
    assert await waiting(db) == [(1, "dead"), (2, "behind")]
    assert len(await letters(db)) == 1


async def test_each_giving_up_has_a_dead_letter_whose_id_tells_a_repeat_from_another(
    inbox: Inbox, db: Database
) -> None:
    broken = unreadable(1)
    await inbox.apply([broken])
    broken_ones, fixed = Selection(topic=broken.envelope.topic), ActionContext("ops", "fixed", dry_run=False)
    await db.run(recovery.perform, BY_NAME["replay"], broken_ones, fixed)
    await deferred.Deferred("adder", db, inbox.handle).run_due()
    assert await waiting(db) == [(1, "dead")]
    await db.run(forget)
    await inbox.apply([broken])
    first, replayed, repeat = [letter["event_id"] for letter in await letters(db)]
    assert first == repeat != replayed


async def test_after_twelve_tries_an_event_is_given_up_and_still_holds_its_key(inbox: Inbox, db: Database) -> None:
    await inbox.apply([delivered(1, ref="poison"), delivered(2)])
    worker = deferred.Deferred("adder", db, inbox.handle)
    for _ in range(12):
        await make_due(db)
        await worker.run_due()
    assert await waiting(db) == [(1, "dead"), (2, "behind")]
    assert await effects(db) == {}


async def test_one_version_under_two_ids_is_an_alarm_and_holds_the_key(inbox: Inbox, db: Database) -> None:
    await inbox.apply([delivered(1)])
    await inbox.apply([delivered(1), delivered(2)])
    assert await effects(db) == {str(KEY): ["1"]}
    assert await waiting(db) == [(1, "dead"), (2, "behind")]
    assert [letter["headers"]["errorclass"] for letter in await letters(db)] == ["version_used_twice"]


async def test_contact_topics_forget_so_a_jump_is_accepted(db: Database) -> None:
    inbox, seen = _remembering(db)
    for sequence in (4, 9, 1_000_009):
        await inbox.apply([_contact(sequence)])
    assert seen == [4, 9, 1_000_009]


@pytest.mark.parametrize("first", [4, None], ids=["a key that is known", "one that is new"])
async def test_a_leap_is_dead_lettered_and_what_comes_next_takes_effect(db: Database, first: int | None) -> None:
    """Believed, it would have been the last of its key: all that came after it would have been a repeat."""
    inbox, seen = _remembering(db)
    known = [first] if first else []
    for sequence in (*known, 2**53, (first or 0) + 1_000_001, 5, 2**53, 6):
        await inbox.apply([_contact(sequence)])
    assert seen == [*known, 5, 6]
    assert await rows(db, "select reason, headers is not null from undecodable_record") == [("VersionLeap", True)] * 2
    assert await rows(db, "select headers->>'errorclass' from outbox") == [("VersionLeap",)] * 2
    assert await rows(db, "select 1 from deferred") == []


async def test_a_leap_that_cannot_be_dead_lettered_now_is_never_taken_for_an_event(db: Database) -> None:
    """As when others hold the budget of its topic for too long: deferred, it would be believed in the end."""
    inbox, seen = _remembering(db)
    await inbox.apply([_contact(4)])
    await execute(db, _NO_BUDGET)
    with pytest.raises(INFRASTRUCTURE):
        await inbox.apply([_contact(2**53), _contact(5)])
    assert await rows(db, "select 1 from deferred") == []
    await execute(db, "drop trigger no_budget on undecodable_budget")
    await inbox.apply([_contact(2**53), _contact(5)])
    assert sorted(set(seen)) == [4, 5]
    assert await rows(db, "select reason from undecodable_record") == [("VersionLeap",)]


async def test_a_leap_that_was_dead_lettered_stays_so_when_it_comes_again_and_its_key_went_on(db: Database) -> None:
    """As after a crash between the commit of a batch and that of its offsets; by then it is a leap no more."""
    inbox, seen = _remembering(db)
    batch = [_contact(4), _contact(1_000_005), _contact(5), _contact(6)]
    for _ in range(3):
        await inbox.apply(batch)
    await inbox.apply([_contact(7)])
    assert seen == [4, 5, 6, 7]
    assert await rows(db, 'select "offset" from undecodable_record') == [(1_000_005,)]


async def test_a_batch_and_its_leaps_are_one(db: Database) -> None:
    inbox, seen = _remembering(db)
    await inbox.apply([_contact(4)])
    await execute(db, _NO_BUDGET)
    with pytest.raises(INFRASTRUCTURE):
        await inbox.apply([_contact(1_000_005), _contact(5), _contact(6)])
    await execute(db, "drop trigger no_budget on undecodable_budget")
    await inbox.apply([_contact(1_000_005), _contact(5), _contact(6), _contact(7)])
    assert sorted(set(seen)) == [4, 5, 6, 7]
    assert await rows(db, 'select "offset" from undecodable_record') == [(1_000_005,)]


async def test_a_handler_that_takes_its_time_keeps_no_leap_of_another_member_waiting(db: Database) -> None:
    """Whoever had to wait for the budget would be told so by Postgres."""
    begun, free = asyncio.Event(), asyncio.Event()

    @subscribes(ContactChanged)
    async def slow(_: ContactChanged, __: Envelope, ___: Transaction) -> None:
        begun.set()
        await free.wait()

    one, other = Inbox("notifications", (slow,), db), Inbox("notifications", (), db)
    busy = asyncio.create_task(one.apply([_contact(2**53, uuid4()), _contact(1, uuid4())]))
    await begun.wait()
    await execute(db, _ASK_FOR_THE_BUDGET)
    await other.apply([_contact(2**53 - 1, uuid4())])
    assert await rows(db, "select reason from undecodable_record") == [("VersionLeap",)]
    free.set()
    await busy
    assert await rows(db, "select count(*) from undecodable_record") == [(2,)]


_ASK_FOR_THE_BUDGET = """
set local lock_timeout = '1s';
insert into undecodable_budget (consumer, topic, reason, day)
values ('notifications', 'enrolment.contacts', 'VersionLeap', (now() at time zone 'UTC')::date) on conflict do nothing
"""
_NO_BUDGET = """
create function no_budget() returns trigger language plpgsql as $$
begin raise exception 'waited too long' using errcode = 'query_canceled'; end $$;
create trigger no_budget before insert on undecodable_budget for each row execute function no_budget()
"""


def _remembering(db: Database) -> tuple[Inbox, list[int]]:
    seen: list[int] = []

    @subscribes(ContactChanged)
    async def remember(_: ContactChanged, envelope: Envelope, __: Transaction) -> None:
        seen.append(envelope.sequence)

    return Inbox("notifications", (remember,), db), seen


def _contact(sequence: int, person: UUID = KEY) -> Event:
    """As it comes from Kafka, at a place that is its version's."""
    contact = ContactChanged(effective_at=NOW, person_id=person, name="Ada Made-Up", email="ada@example.nhs.uk")
    envelope = Envelope(
        uuid4(), "/test", contact.event_type(), NOW, contact.topic, contact.key(), sequence, "c", None, None
    )
    payload, key = contact.model_dump_json().encode(), contact.key().encode()
    return Event(envelope, payload, Undecodable(contact.topic, 0, sequence, key, payload, ()))
