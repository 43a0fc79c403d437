"""Acts of ops on events that stand still: over HTTP, on real Postgres."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.contracts.envelope import Envelope, EventSkipped
from shared.contracts.talent import PoolReadinessChanged
from shared.messaging import deferred, wire
from shared.messaging.inbox import Inbox
from shared.messaging.wire import Event
from shared.postgres.database import Database, Transaction
from shared.runtime import Service
from tests.service.shared.deliveries import KEY, delivered
from tests.support.databases import connected, fresh_database
from tests.support.delivery import NOW, TOPIC, announce, effects, make_effects, note, numbered
from tests.support.services import Client, ServiceUnderTest, problem, serving
from tests.support.tokens import Signer

DEAD, PARKED = "/v1/operations/deferred-events", "/v1/operations/parked-events"
WHY = "the handler is mended"
OTHER = UUID(int=2)
USUAL = b'{"a": [1, 2.5, "\\u00e9", null], "a": "again"}'


@pytest.fixture(scope="module")
async def running(postgres_admin: str, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    """A made-up service that adds up what cohorts announce."""
    service = Service("adder", "Adder", "Adds up.", (), (type(numbered(KEY, 1)),), (note,))
    async with (
        fresh_database(postgres_admin, "shared") as address,
        connected(address) as db,
        serving(service, db, signer) as adder,
    ):
        await db.run(make_effects)
        yield adder


@pytest.fixture
async def adder(running: ServiceUnderTest) -> ServiceUnderTest:
    """The same with nothing in its database."""

    async def empty(tx: Transaction) -> None:
        await tx.execute("truncate stream, outbox, consumer_cursor, deferred, idempotency_key, operator_act, effect")

    await running.db.run(empty)
    return running


@pytest.fixture
def ops(adder: ServiceUnderTest) -> Client:
    return adder.as_("ops")


def unreadable(sequence: int, key: UUID = KEY) -> Event:
    """An event whose payload breaks its contract: dead at once."""
    return Event(delivered(sequence, key=key).envelope, b'{"nonsense": true}')


def restricted(sequence: int) -> Event:
    """A judgement on a person, unreadable too."""
    envelope = Envelope(
        id=uuid4(),
        source="/test",
        type=PoolReadinessChanged.event_type(),
        time=NOW,
        topic=PoolReadinessChanged.topic,
        key=str(KEY),
        sequence=sequence,
        correlation_id="c",
        causation_id=None,
        traceparent=None,
    )
    return Event(envelope, b'{"current": "ready_now"}')


def marker(sequence: int) -> Event:
    """What is published in the place of a skipped event."""
    envelope = delivered(sequence).envelope
    skipped = EventSkipped(effective_at=NOW, skipped_type=envelope.type)
    return Event(
        Envelope(
            uuid4(),
            "/test",
            EventSkipped.TYPE,
            NOW,
            envelope.topic,
            envelope.key,
            sequence,
            "c",
            None,
            traceparent=None,
        ),
        skipped.model_dump_json().encode(),
    )


async def a_dead_chain(adder: ServiceUnderTest, *, key: UUID = KEY) -> list[Event]:
    """Version 1 was applied, version 2 is dead, versions 3 and 4 wait behind it."""
    chain = [delivered(1, key=key), unreadable(2, key), delivered(3, key=key), delivered(4, key=key)]
    return await adder.receive(*chain)


async def mend(db: Database, event: Event) -> None:
    """What a mended release does: from now on the event can be handled."""

    async def write(tx: Transaction) -> None:
        payload = numbered(UUID(event.envelope.key), event.envelope.sequence).model_dump_json().encode()
        await tx.execute("update deferred set payload = $2 where event_id = $1", event.envelope.id, payload)

    await db.run(write)


async def work(adder: ServiceUnderTest) -> int:
    """One round of the deferral worker, with everything due."""

    async def hurry(tx: Transaction) -> None:
        await tx.execute("update deferred set next_at = clock_timestamp() where state <> 'dead'")

    await adder.db.run(hurry)
    return await deferred.Deferred("adder", adder.db, adder.inbox.handle).run_due()


async def rows(db: Database, sql: str) -> list[tuple[Any, ...]]:
    async def read(tx: Transaction) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in await tx.fetch(sql)]

    return await db.read(read)


async def standing(db: Database) -> list[tuple[Any, ...]]:
    """Everything an act may change."""
    aside = await rows(db, "select key, version, state, attempts from deferred order by key, version")
    cursors = await rows(db, "select key, version, event_id from consumer_cursor order by key")
    sent = await rows(db, "select seq, type, payload, parked_at, last_error from outbox order by seq")
    return [*aside, *cursors, *sent]


async def acts(db: Database) -> list[tuple[Any, ...]]:
    return await rows(db, "select caller, act, reason, event_ids from operator_act order by id")


async def order(
    client: Client, path: str, events: Sequence[Event | UUID], *, dry_run: bool = False, key: str | None = None
) -> httpx.Response:
    ids = [str(e.envelope.id if isinstance(e, Event) else e) for e in events]
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(path, json={"event_ids": ids, "reason": WHY, "dry_run": dry_run}, headers=headers)


async def a_parked_event(adder: ServiceUnderTest, *, key: UUID = KEY, behind: int = 2) -> UUID:
    """The first event of a key is refused by Kafka, and some wait behind it."""
    await adder.db.run(announce, *(numbered(key, n) for n in range(1, behind + 2)))

    async def park(tx: Transaction) -> UUID:
        return await tx.fetchval(
            """update outbox set parked_at = clock_timestamp(), last_error = 'MessageSizeTooLargeError'
               where key = $1 and version = 1 returning event_id""",
            str(key),
        )

    return await adder.db.run(park)


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


async def test_a_parked_payload_is_shown_with_its_size_and_error(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    [listed] = (await ops.get(PARKED)).json()["items"]
    whole = (await ops.get(f"{PARKED}/{event_id}")).json()
    assert listed["event_id"] == str(event_id)
    assert (listed["last_error"], listed["waiting_behind"]) == ("MessageSizeTooLargeError", 2)
    assert whole["payload"]["recording_ref"] == "1"
    assert listed["bytes"] == len(numbered(KEY, 1).model_dump_json())


@pytest.mark.parametrize("path", [DEAD, PARKED])
async def test_an_id_that_stands_still_nowhere_is_not_found(ops: Client, path: str) -> None:
    assert problem(await ops.get(f"{path}/{uuid4()}")) == (404, "not_found")


@pytest.mark.parametrize(
    "path", [f"{DEAD}/replay", f"{DEAD}/skip", f"{PARKED}/retry", f"{PARKED}/skip"], ids=lambda p: p.split("/", 4)[-1]
)
class TestEveryActOnMany:
    """What holds for each of the four."""

    async def still(self, adder: ServiceUnderTest, path: str) -> Event | UUID:
        return (await a_dead_chain(adder))[1] if path.startswith(DEAD) else await a_parked_event(adder)

    async def test_a_dry_run_counts_and_changes_nothing(self, adder: ServiceUnderTest, ops: Client, path: str) -> None:
        event = await self.still(adder, path)
        before = await standing(adder.db)
        answer = (await order(ops, path, [event], dry_run=True)).json()
        assert (answer["dry_run"], len(answer["event_ids"]), answer["waiting_behind"]) == (True, 1, 2)
        assert await standing(adder.db) == before
        assert await acts(adder.db) == []

    async def test_the_dry_run_foretells_what_the_act_answers(
        self, adder: ServiceUnderTest, ops: Client, path: str
    ) -> None:
        event = await self.still(adder, path)
        foretold = (await order(ops, path, [event], dry_run=True)).json()
        done = (await order(ops, path, [event])).json()
        assert done == foretold | {"dry_run": False}

    async def test_the_act_is_written_down_with_who_and_why(
        self, adder: ServiceUnderTest, ops: Client, path: str
    ) -> None:
        event = await self.still(adder, path)
        await order(ops, path, [event])
        [told] = (await ops.get("/v1/operations/acts")).json()["items"]
        event_id = str(event.envelope.id if isinstance(event, Event) else event)
        assert (told["caller"], told["reason"], told["event_ids"]) == ("ops", WHY, [event_id])
        assert told["act"].removesuffix("_parked") == path.rsplit("/", 1)[-1]

    async def test_the_same_request_again_gets_the_first_answer_and_changes_nothing(
        self, adder: ServiceUnderTest, ops: Client, path: str
    ) -> None:
        event, key = await self.still(adder, path), str(uuid4())
        first = await order(ops, path, [event], key=key)
        after = await standing(adder.db)
        again = await order(ops, path, [event], key=key)
        assert again.json() == first.json()
        assert await standing(adder.db) == after
        assert len(await acts(adder.db)) == 1

    async def test_of_two_people_who_act_at_once_one_does_it(
        self, adder: ServiceUnderTest, ops: Client, path: str
    ) -> None:
        event = await self.still(adder, path)
        answers = await asyncio.gather(*(order(ops, path, [event]) for _ in range(6)))
        assert [a.status_code for a in answers] == [200] * 6
        assert sum(len(a.json()["event_ids"]) for a in answers) == 1
        assert len(await acts(adder.db)) == 1

    async def test_an_unknown_id_is_no_event(self, adder: ServiceUnderTest, ops: Client, path: str) -> None:
        await self.still(adder, path)
        before = await standing(adder.db)
        answer = (await order(ops, path, [uuid4()])).json()
        assert (answer["event_ids"], answer["waiting_behind"]) == ([], 0)
        assert await standing(adder.db) == before
        assert await acts(adder.db) == []

    @pytest.mark.parametrize("selection", [{}, {"event_ids": []}, {"event_ids": None, "topic": None}])
    async def test_nothing_selected_is_refused(
        self, adder: ServiceUnderTest, ops: Client, path: str, selection: dict[str, Any]
    ) -> None:
        await self.still(adder, path)
        before = await standing(adder.db)
        answer = await ops.post(path, json=selection | {"reason": WHY, "dry_run": False})
        assert problem(answer) == (422, "nothing_selected")
        assert await standing(adder.db) == before

    @pytest.mark.parametrize("reason", [None, "", "  x  "])
    async def test_an_act_without_a_reason_is_refused(self, ops: Client, path: str, reason: str | None) -> None:
        body = {"topic": TOPIC} | ({} if reason is None else {"reason": reason})
        assert problem(await ops.post(path, json=body)) == (422, "malformed_body")

    async def test_only_ops_may(self, adder: ServiceUnderTest, path: str) -> None:
        event = await self.still(adder, path)
        before = await standing(adder.db)
        for role in ("region", "service", "programme_lead", "information_governance"):
            assert problem(await order(adder.as_(role), path, [event])) == (403, "role_missing")
        assert await standing(adder.db) == before

    async def test_every_part_of_the_selection_must_hold(self, adder: ServiceUnderTest, ops: Client, path: str) -> None:
        event = await self.still(adder, path)
        event_id = str(event.envelope.id if isinstance(event, Event) else event)
        body = {"event_ids": [event_id], "topic": "talent.members", "reason": WHY, "dry_run": False}
        assert (await ops.post(path, json=body)).json()["event_ids"] == []
        error = "ValidationError" if path.startswith(DEAD) else "MessageSizeTooLargeError"
        by_error = {"topic": TOPIC, "error_class": error, "reason": WHY}
        assert (await ops.post(path, json=by_error)).json()["event_ids"] == [event_id]


async def test_a_replayed_event_is_applied_once_mended_and_its_chain_follows_in_order(
    adder: ServiceUnderTest, ops: Client
) -> None:
    chain = await a_dead_chain(adder)
    await mend(adder.db, chain[1])
    assert await work(adder) == 0
    await order(ops, f"{DEAD}/replay", [chain[1]])
    assert await work(adder) == 3
    assert await effects(adder.db) == {str(KEY): ["1", "2", "3", "4"]}
    assert await rows(adder.db, "select 1 from deferred") == []


async def test_a_replayed_event_that_is_not_mended_dies_again_and_still_holds_its_key(
    adder: ServiceUnderTest, ops: Client
) -> None:
    chain = await a_dead_chain(adder)
    await order(ops, f"{DEAD}/replay", [chain[1]])
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
    await order(ops, f"{DEAD}/skip", [chain[1]])
    due = await deferred.Deferred("adder", adder.db, adder.inbox.handle).run_due()
    assert due == 2
    await adder.receive(delivered(5))
    assert await effects(adder.db) == {str(KEY): ["1", "3", "4", "5"]}


async def test_a_skipped_first_event_of_a_key_gives_the_key_its_beginning(adder: ServiceUnderTest, ops: Client) -> None:
    [dead] = await adder.receive(unreadable(1))
    await order(ops, f"{DEAD}/skip", [dead])
    await adder.receive(delivered(2))
    assert await effects(adder.db) == {str(KEY): ["2"]}


async def test_a_skipped_event_that_is_delivered_again_is_a_repeat(adder: ServiceUnderTest, ops: Client) -> None:
    chain = await a_dead_chain(adder)
    await order(ops, f"{DEAD}/skip", [chain[1]])
    await work(adder)
    await adder.receive(*chain)
    assert await effects(adder.db) == {str(KEY): ["1", "3", "4"]}
    assert await rows(adder.db, "select 1 from deferred") == []


async def test_an_act_touches_no_other_key(adder: ServiceUnderTest, ops: Client) -> None:
    one, other = await a_dead_chain(adder), await a_dead_chain(adder, key=OTHER)
    answer = (await order(ops, f"{DEAD}/skip", [one[1]])).json()
    assert answer["waiting_behind"] == 2
    await work(adder)
    assert await effects(adder.db) == {str(KEY): ["1", "3", "4"], str(OTHER): ["1"]}
    [left] = (await ops.get(DEAD)).json()["items"]
    assert left["event_id"] == str(other[1].envelope.id)


async def test_events_that_only_wait_cannot_be_skipped_or_replayed(adder: ServiceUnderTest, ops: Client) -> None:
    chain = await a_dead_chain(adder)
    for act in ("replay", "skip"):
        assert (await order(ops, f"{DEAD}/{act}", chain[2:])).json()["event_ids"] == []


@pytest.mark.parametrize("act", ["replay", "skip"])
async def test_an_act_against_the_deferral_worker_neither_doubles_nor_loses_nor_reorders(
    adder: ServiceUnderTest, ops: Client, act: str
) -> None:
    keys = [UUID(int=n) for n in range(1, 16)]
    chains = [await a_dead_chain(adder, key=key) for key in keys]
    for chain in chains:
        await mend(adder.db, chain[1])
    worker = deferred.Deferred("adder", adder.db, adder.inbox.handle)

    async def keep_working() -> None:
        for _ in range(20):
            await worker.run_due()

    more = [adder.inbox.apply([delivered(5, key=key)]) for key in keys]
    deeds = [order(ops, f"{DEAD}/{act}", [chain[1]]) for chain in chains]
    await asyncio.gather(keep_working(), keep_working(), *deeds, *more)
    await work(adder)
    expected = ["1", "2", "3", "4", "5"] if act == "replay" else ["1", "3", "4", "5"]
    assert await effects(adder.db) == {str(key): expected for key in keys}
    assert await rows(adder.db, "select 1 from deferred") == []


async def test_a_replay_and_a_skip_of_the_same_event_at_once_end_with_the_skip(
    adder: ServiceUnderTest, ops: Client
) -> None:
    chain = await a_dead_chain(adder)
    await mend(adder.db, chain[1])
    await asyncio.gather(order(ops, f"{DEAD}/replay", [chain[1]]), order(ops, f"{DEAD}/skip", [chain[1]]))
    await work(adder)
    assert [act for _, act, _, _ in await acts(adder.db)] in (["skip"], ["replay", "skip"])
    assert await effects(adder.db) == {str(KEY): ["1", "3", "4"]}


async def test_one_version_under_two_ids_can_be_skipped_and_the_key_goes_on(
    adder: ServiceUnderTest, ops: Client
) -> None:
    await adder.receive(delivered(1))
    impostor = delivered(1)
    await adder.receive(impostor, delivered(2))
    await order(ops, f"{DEAD}/skip", [impostor])
    await work(adder)
    await adder.receive(delivered(3))
    assert await effects(adder.db) == {str(KEY): ["1", "2", "3"]}


async def test_a_retried_event_is_to_be_sent_again_as_it_is(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    before = await rows(adder.db, "select seq, event_id, version, type, payload from outbox order by seq")
    await order(ops, f"{PARKED}/retry", [event_id])
    after = await rows(adder.db, "select seq, event_id, version, type, payload from outbox order by seq")
    assert after == before
    assert await rows(adder.db, "select 1 from outbox where parked_at is not null or last_error is not null") == []


async def test_a_skipped_parked_event_leaves_a_marker_of_its_version(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    await order(ops, f"{PARKED}/skip", [event_id])
    sent = await rows(adder.db, "select version, type, event_id = '%s' from outbox order by seq" % event_id)  # noqa: UP031
    assert sent[0] == (1, EventSkipped.TYPE, True)
    assert [version for version, _, _ in sent] == [1, 2, 3]
    [(payload,)] = await rows(adder.db, "select payload from outbox where version = 1")
    assert EventSkipped.model_validate_json(payload).skipped_type == type(numbered(KEY, 1)).event_type()


async def test_a_marker_advances_the_readers_and_has_no_effect(adder: ServiceUnderTest) -> None:
    await adder.receive(delivered(1), marker(2), delivered(3))
    assert await effects(adder.db) == {str(KEY): ["1", "3"]}
    assert await rows(adder.db, "select version from consumer_cursor") == [(3,)]
    assert await rows(adder.db, "select 1 from deferred") == []


async def test_a_parked_event_is_mended_under_its_id_and_version(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    mended = numbered(KEY, 1).model_copy(update={"recording_ref": "short"}).model_dump(mode="json")
    body = {"payload": mended, "reason": WHY, "dry_run": False}
    answer = await ops.post(f"{PARKED}/{event_id}/fix", json=body)
    assert answer.json()["event_ids"] == [str(event_id)]
    [(version, payload, parked)] = await rows(
        adder.db, f"select version, payload, parked_at from outbox where event_id = '{event_id}'"
    )
    assert (version, parked) == (1, None)
    assert type(numbered(KEY, 1)).model_validate_json(payload).recording_ref == "short"
    assert [(caller, act) for caller, act, _, _ in await acts(adder.db)] == [("ops", "fix_parked")]


async def test_a_mending_is_tried_without_changing_anything(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    before = await standing(adder.db)
    body = {"payload": numbered(KEY, 1).model_dump(mode="json"), "reason": WHY}
    answer = (await ops.post(f"{PARKED}/{event_id}/fix", json=body)).json()
    assert (answer["dry_run"], answer["waiting_behind"]) == (True, 2)
    assert await standing(adder.db) == before
    assert await acts(adder.db) == []


@pytest.mark.parametrize(
    "change",
    [{"cohort_id": str(OTHER)}, {"cohort_id": "nobody"}, {"unknown": 1}, {"recording_ref": None}],
    ids=["another key", "no id", "an unknown field", "no text"],
)
async def test_a_payload_that_is_none_of_this_event_is_refused_without_echo(
    adder: ServiceUnderTest, ops: Client, change: dict[str, Any]
) -> None:
    event_id = await a_parked_event(adder)
    before = await standing(adder.db)
    body = {"payload": numbered(KEY, 1).model_dump(mode="json") | change, "reason": WHY, "dry_run": False}
    answer = await ops.post(f"{PARKED}/{event_id}/fix", json=body)
    assert problem(answer) == (422, "payload_unfit")
    assert "nobody" not in answer.text
    assert await standing(adder.db) == before


async def test_what_is_not_parked_cannot_be_mended(adder: ServiceUnderTest, ops: Client) -> None:
    await adder.db.run(announce, numbered(KEY, 1))
    [(event_id,)] = await rows(adder.db, "select event_id from outbox")
    body = {"payload": numbered(KEY, 1).model_dump(mode="json"), "reason": WHY}
    for unknown in (event_id, uuid4()):
        assert problem(await ops.post(f"{PARKED}/{unknown}/fix", json=body)) == (404, "not_parked")


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


async def test_acts_are_told_newest_first(adder: ServiceUnderTest, ops: Client) -> None:
    chain, event_id = await a_dead_chain(adder), await a_parked_event(adder, key=OTHER)
    await order(ops, f"{DEAD}/skip", [chain[1]])
    await order(ops, f"{PARKED}/retry", [event_id])
    told = (await ops.get("/v1/operations/acts")).json()["items"]
    assert [a["act"] for a in told] == ["retry_parked", "skip"]


async def test_an_inbox_that_was_never_told_of_a_skip_still_counts_on(adder: ServiceUnderTest) -> None:
    """The marker reaches another group as an event of a type it does not handle."""
    stranger = Inbox("stranger", (), adder.db)
    await stranger.apply([marker(1), delivered(2)])
    found = await rows(adder.db, "select version from consumer_cursor where consumer = 'stranger'")
    assert found == [(2,)]


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


async def test_a_report_adds_up_what_no_number_of_the_database_holds(adder: ServiceUnderTest, ops: Client) -> None:
    last = 2**63 - 1
    await adder.receive(delivered(last), delivered(last, key=OTHER))
    await ops.post(f"{DEAD}/accept-gap", json={"topic": TOPIC, "reason": WHY, "dry_run": False})
    assert await work(adder) == 2
    report = (await ops.get("/v1/operations/delivery")).json()
    assert report["applied_by_topic"] == {TOPIC: 2 * last}
