"""Operator actions on events that could not be applied: over HTTP, on real Postgres."""

import asyncio
import json
from uuid import UUID

import pytest

from shared.messaging import deferred, wire
from shared.messaging.inbox import Inbox
from shared.messaging.wire import Event
from tests.service.shared.deliveries import KEY, delivered
from tests.service.shared.recovery.standing import (
    DEAD,
    OTHER,
    WHY,
    a_dead_chain,
    fix,
    marker,
    request_action,
    restricted,
    standing,
    taken_actions,
    unreadable,
    work,
)
from tests.support.databases import execute, rows
from tests.support.delivery import TOPIC, effects
from tests.support.services import Client, ServiceUnderTest

USUAL = b'{"a": [1, 2.5, "\\u00e9", null], "a": "again"}'


async def test_the_dead_are_listed_with_how_many_wait_behind_them(adder: ServiceUnderTest, ops: Client) -> None:
    chain = await a_dead_chain(adder)
    [found] = (await ops.get(DEAD)).json()["items"]
    assert found["event_id"] == str(chain[1].envelope.id)
    assert (found["state"], found["error_class"], found["attempts"]) == ("dead", "ValidationError", 1)
    assert found["waiting_behind"] == 2
    waiting = (await ops.get(DEAD, params={"state": "behind"})).json()["items"]
    assert sorted(e["version"] for e in waiting) == [3, 4]
    assert [e["waiting_behind"] for e in waiting] == [None, None]


async def test_long_lists_come_in_pages_without_a_loss(adder: ServiceUnderTest, ops: Client) -> None:
    sent = [await adder.receive(unreadable(1, UUID(int=n))) for n in range(1, 8)]
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await ops.get(DEAD, params={"limit": "3"} | after)).json()
        seen += [e["event_id"] for e in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert sorted(seen) == sorted(str(e.envelope.id) for [e] in sent)


async def test_a_payload_is_shown_where_the_topic_is_open_and_withheld_where_it_is_not(
    adder: ServiceUnderTest, ops: Client
) -> None:
    chain = await a_dead_chain(adder)
    opened = (await ops.get(f"{DEAD}/{chain[1].envelope.id}")).json()
    assert opened["payload"] == {"nonsense": True}
    assert opened["envelope"]["correlation_id"] == "c"
    judgement = restricted(1)
    await adder.db.run(deferred.put, "adder", judgement, state="gap", reason="gap")
    closed = await ops.get(f"{DEAD}/{judgement.envelope.id}")
    assert closed.json()["payload"] == "withheld: restricted topic"
    assert "ready_now" not in closed.text


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\0",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": NaN}',
        b"[Infinity, -Infinity]",
        b"[1e999]",
        b"9" * 5_000,
        b'"\\ud800"',
        b'{"\\ud800": "\\u0000"}',
        USUAL,
    ],
    ids=lambda payload: repr(payload[:20]),
)
async def test_whatever_an_event_holds_it_can_be_shown(adder: ServiceUnderTest, ops: Client, payload: bytes) -> None:
    [event] = await adder.receive(Event(delivered(1).envelope, payload))
    answer = await ops.get(f"{DEAD}/{event.envelope.id}")
    assert answer.status_code == 200
    shown = json.loads(answer.content, parse_constant=pytest.fail)["payload"]
    assert shown == (json.loads(payload) if payload == USUAL else wire.escaped(payload))


async def test_a_replayed_event_is_applied_once_fixed_and_its_chain_follows_in_order(
    adder: ServiceUnderTest, ops: Client
) -> None:
    chain = await a_dead_chain(adder)
    await fix(adder.db, chain[1])
    assert await work(adder) == 0
    await request_action(ops, f"{DEAD}/replay", [chain[1]])
    assert await work(adder) == 3
    assert await effects(adder.db) == {str(KEY): ["1", "2", "3", "4"]}
    assert await rows(adder.db, "select 1 from deferred") == []


async def test_a_replayed_event_that_is_not_fixed_dies_again_and_still_holds_its_key(
    adder: ServiceUnderTest, ops: Client
) -> None:
    chain = await a_dead_chain(adder)
    await request_action(ops, f"{DEAD}/replay", [chain[1]])
    await work(adder)
    assert await rows(adder.db, "select version, state from deferred order by version") == [
        (2, "dead"),
        (3, "behind"),
        (4, "behind"),
    ]
    letters = await rows(adder.db, "select headers ->> 'originid' from outbox order by seq")
    assert letters == [(str(chain[1].envelope.id),)] * 2


async def test_a_skipped_head_lets_the_chain_go_on_in_order(adder: ServiceUnderTest, ops: Client) -> None:
    chain = await a_dead_chain(adder)
    await request_action(ops, f"{DEAD}/skip", [chain[1]])
    due = await deferred.Deferred("adder", adder.db, adder.inbox.handle).run_due()
    assert due == 2
    await adder.receive(delivered(5))
    assert await effects(adder.db) == {str(KEY): ["1", "3", "4", "5"]}


async def test_a_skipped_first_event_of_a_key_gives_the_key_its_beginning(adder: ServiceUnderTest, ops: Client) -> None:
    [dead] = await adder.receive(unreadable(1))
    await request_action(ops, f"{DEAD}/skip", [dead])
    await adder.receive(delivered(2))
    assert await effects(adder.db) == {str(KEY): ["2"]}


async def test_a_skipped_event_that_is_delivered_again_is_a_repeat(adder: ServiceUnderTest, ops: Client) -> None:
    chain = await a_dead_chain(adder)
    await request_action(ops, f"{DEAD}/skip", [chain[1]])
    await work(adder)
    await adder.receive(*chain)
    assert await effects(adder.db) == {str(KEY): ["1", "3", "4"]}
    assert await rows(adder.db, "select 1 from deferred") == []


async def test_an_act_touches_no_other_key(adder: ServiceUnderTest, ops: Client) -> None:
    one, other = await a_dead_chain(adder), await a_dead_chain(adder, key=OTHER)
    answer = (await request_action(ops, f"{DEAD}/skip", [one[1]])).json()
    assert answer["waiting_behind"] == 2
    await work(adder)
    assert await effects(adder.db) == {str(KEY): ["1", "3", "4"], str(OTHER): ["1"]}
    [left] = (await ops.get(DEAD)).json()["items"]
    assert left["event_id"] == str(other[1].envelope.id)


async def test_what_is_tried_again_is_skipped_only_when_it_is_named(adder: ServiceUnderTest, ops: Client) -> None:
    """Whoever skips all of a topic means what is dead."""
    _, waiting, *_ = await a_dead_chain(adder)
    await execute(
        adder.db, "update deferred set state = 'retry', next_at = now() + interval '1 hour' where state = 'dead'"
    )
    before, skip = await standing(adder.db), {"topic": TOPIC, "reason": WHY, "dry_run": False}
    assert (await ops.post(f"{DEAD}/skip", json=skip)).json()["event_ids"] == []
    assert await standing(adder.db) == before
    named = (await request_action(ops, f"{DEAD}/skip", [waiting])).json()["event_ids"]
    assert named == [str(waiting.envelope.id)]


async def test_events_that_only_wait_cannot_be_skipped_or_replayed(adder: ServiceUnderTest, ops: Client) -> None:
    chain = await a_dead_chain(adder)
    for action in ("replay", "skip"):
        assert (await request_action(ops, f"{DEAD}/{action}", chain[2:])).json()["event_ids"] == []


@pytest.mark.parametrize("action", ["replay", "skip"])
async def test_an_act_against_the_deferral_worker_neither_doubles_nor_loses_nor_reorders(
    adder: ServiceUnderTest, ops: Client, action: str
) -> None:
    keys = [UUID(int=n) for n in range(1, 16)]
    chains = [await a_dead_chain(adder, key=key) for key in keys]
    for chain in chains:
        await fix(adder.db, chain[1])
    worker = deferred.Deferred("adder", adder.db, adder.inbox.handle)

    async def keep_working() -> None:
        for _ in range(20):
            await worker.run_due()

    more = [adder.inbox.apply([delivered(5, key=key)]) for key in keys]
    deeds = [request_action(ops, f"{DEAD}/{action}", [chain[1]]) for chain in chains]
    await asyncio.gather(keep_working(), keep_working(), *deeds, *more)
    await work(adder)
    expected = ["1", "2", "3", "4", "5"] if action == "replay" else ["1", "3", "4", "5"]
    assert await effects(adder.db) == {str(key): expected for key in keys}
    assert await rows(adder.db, "select 1 from deferred") == []


async def test_a_replay_and_a_skip_of_the_same_event_at_once_end_with_the_skip(
    adder: ServiceUnderTest, ops: Client
) -> None:
    chain = await a_dead_chain(adder)
    await fix(adder.db, chain[1])
    await asyncio.gather(
        request_action(ops, f"{DEAD}/replay", [chain[1]]), request_action(ops, f"{DEAD}/skip", [chain[1]])
    )
    await work(adder)
    assert [action for _, action, _, _ in await taken_actions(adder.db)] in (["skip"], ["replay", "skip"])
    assert await effects(adder.db) == {str(KEY): ["1", "3", "4"]}


async def test_one_version_under_two_ids_can_be_skipped_and_the_key_goes_on(
    adder: ServiceUnderTest, ops: Client
) -> None:
    await adder.receive(delivered(1))
    impostor = delivered(1)
    await adder.receive(impostor, delivered(2))
    await request_action(ops, f"{DEAD}/skip", [impostor])
    await work(adder)
    await adder.receive(delivered(3))
    assert await effects(adder.db) == {str(KEY): ["1", "2", "3"]}


async def test_a_gap_that_never_closes_is_accepted_and_its_key_goes_on_in_order(
    adder: ServiceUnderTest, ops: Client
) -> None:
    first, behind, last = delivered(1), delivered(3), delivered(4)
    await adder.inbox.apply([first, behind, last])
    order = {"event_ids": [str(behind.envelope.id)], "reason": WHY}
    asked = await ops.post(f"{DEAD}/accept-gap", json=order)
    assert (asked.json()["event_ids"], asked.json()["waiting_behind"]) == ([str(behind.envelope.id)], 1)
    assert await effects(adder.db) == {str(KEY): ["1"]}
    done = await ops.post(f"{DEAD}/accept-gap", json=order | {"dry_run": False})
    assert done.json()["event_ids"] == [str(behind.envelope.id)]
    await deferred.Deferred("adder", adder.db, adder.inbox.handle).run_due()
    assert await effects(adder.db) == {str(KEY): ["1", "3", "4"]}


async def test_what_waits_behind_another_event_is_no_gap_to_accept(adder: ServiceUnderTest, ops: Client) -> None:
    await adder.inbox.apply([delivered(1), delivered(3), delivered(4)])
    order = {"topic": TOPIC, "reason": WHY, "dry_run": False}
    assert len((await ops.post(f"{DEAD}/accept-gap", json=order)).json()["event_ids"]) == 1
    assert (await ops.post(f"{DEAD}/accept-gap", json=order)).json()["event_ids"] == []


async def test_a_marker_advances_the_readers_and_has_no_effect(adder: ServiceUnderTest) -> None:
    await adder.receive(delivered(1), marker(2), delivered(3))
    assert await effects(adder.db) == {str(KEY): ["1", "3"]}
    assert await rows(adder.db, "select version from consumer_cursor") == [(3,)]
    assert await rows(adder.db, "select 1 from deferred") == []


async def test_an_inbox_that_was_never_told_of_a_skip_still_counts_on(adder: ServiceUnderTest) -> None:
    """The marker reaches another group as an event of a type it does not handle."""
    stranger = Inbox("stranger", (), adder.db)
    await stranger.apply([marker(1), delivered(2)])
    found = await rows(adder.db, "select version from consumer_cursor where consumer = 'stranger'")
    assert found == [(2,)]
