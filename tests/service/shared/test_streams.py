"""A database set back publishes nothing until its versions follow on what its topics hold: real Postgres and Kafka."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from shared.contracts.enrolment import RecordingPublished
from shared.contracts.topics import PARTITIONS
from shared.messaging import streams
from shared.messaging.kafka import end_offsets
from shared.messaging.lanes import lane_of
from shared.messaging.recovery import Order
from shared.messaging.relay import Relay
from shared.messaging.streams import NotWithheld, Streams, Survey
from shared.messaging.wire import LAST
from shared.postgres.database import Database, Transaction
from shared.runtime import Service
from tests.service.shared.deliveries import delivered
from tests.support.databases import connected, fresh_database
from tests.support.delivery import (
    TOPIC,
    Bus,
    a_bus,
    announce,
    consuming,
    effects,
    eventually,
    keys_in,
    numbered,
    relaying,
    unsent,
)
from tests.support.losses import lose_identity, remember, set_back
from tests.support.reading import versions
from tests.support.services import Client, problem, serving
from tests.support.tokens import Signer

STREAMS = "/v1/operations/streams"
WHY = "the disk was lost"
ACT, TRIAL = Order("ops", WHY, dry_run=False), Order("ops", WHY, dry_run=True)


@pytest.fixture
async def bus(postgres_admin: str, kafka: str) -> AsyncGenerator[Bus]:
    async with a_bus(postgres_admin, kafka) as bus:
        yield bus


@pytest.fixture
async def ops(bus: Bus, signer: Signer) -> AsyncGenerator[Client]:
    """Ops, at the service that writes to the bus."""
    service = Service("counter", "Counter", "Counts.", (), (RecordingPublished,))
    async with serving(service, bus.writer, signer) as counter:
        counter.app.state.streams = Streams(bus.kafka, [TOPIC], bus.prefix)
        yield counter.as_("ops")


@pytest.fixture
async def db(postgres_admin: str) -> AsyncGenerator[Database]:
    """A database alone, for topics that are only told of."""
    async with fresh_database(postgres_admin, "shared") as address, connected(address, size=4) as db:
        yield db


async def say(bus: Bus, key: UUID, *refs: object) -> None:
    """One event a transaction."""
    for ref in refs:
        await bus.writer.run(announce, numbered(key, 0).model_copy(update={"recording_ref": str(ref)}))


async def rows(db: Database, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
    async def read(tx: Transaction) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in await tx.fetch(sql, *arguments)]

    return await db.read(read)


async def execute(db: Database, sql: str, *arguments: Any) -> None:
    async def write(tx: Transaction) -> None:
        await tx.execute(sql, *arguments)

    await db.run(write)


async def everything(db: Database) -> list[tuple[Any, ...]]:
    """All that an act may change."""
    return [
        *await rows(db, "select topic, key, version from stream order by 1, 2"),
        *await rows(db, "select seq, key, version, event_id, parked_at from outbox order by 1"),
        *await rows(db, "select identity from published_from"),
        *await rows(db, "select topic, lane from reconciled_lane"),
        *await rows(db, "select act from operator_act"),
    ]


async def published(bus: Bus) -> None:
    """All that is in the outbox leaves."""
    async with relaying(bus.writer_address, bus.kafka, bus.prefix):
        await eventually(lambda: nothing_unsent(bus))


async def nothing_unsent(bus: Bus) -> bool:
    return not await unsent(bus.writer)


async def lane(ops: Client, number: int, *, dry_run: bool = False) -> dict[str, Any]:
    body = {"topic": TOPIC, "lane": number, "reason": WHY, "dry_run": dry_run}
    return (await ops.post(f"{STREAMS}/reconcile", json=body)).raise_for_status().json()


async def resumed(ops: Client) -> dict[str, Any]:
    """Every lane reconciled, and publishing again."""
    for number in range(PARTITIONS):
        await lane(ops, number)
    return (await ops.post(f"{STREAMS}/resume", json={"reason": WHY, "dry_run": False})).raise_for_status().json()


async def a_loss(bus: Bus, key: UUID) -> None:
    """Versions 1 to 3 are published before the moment, 4 and 5 after it."""
    await say(bus, key, 1, 2, 3)
    await published(bus)
    await remember(bus.writer)
    await say(bus, key, "lost 4", "lost 5")
    await published(bus)
    await set_back(bus.writer)


async def test_a_set_back_database_takes_commands_and_publishes_nothing(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid4()
    await a_loss(bus, key)
    ends = await end_offsets(bus.kafka, [bus.topic])
    looks = counting_looks(monkeypatch)
    async with relaying(bus.writer_address, bus.kafka, bus.prefix) as relay:
        await say(bus, key, "new")
        await eventually(lambda: withheld(relay))
        looks.clear()
        await eventually(lambda: len(looks) >= 3)
        assert REGISTRY.get_sample_value("academy_relay_withheld") == 1
    assert await end_offsets(bus.kafka, [bus.topic]) == ends
    assert await unsent(bus.writer) == [(str(key), 4)]


def withheld(relay: Relay) -> bool:
    return relay.withheld == "restored"


def counting_looks(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """What a waiting relay, which now looks more often, found each time it asked whether it may publish."""
    looks: list[str | None] = []
    ask = streams.withheld

    async def counted(connection: Any) -> streams.Reason | None:
        looks.append(found := await ask(connection))
        return found

    monkeypatch.setattr(streams, "withheld", counted)
    monkeypatch.setattr("shared.messaging.relay._NEXT_LOOK", 0.05)
    return looks


async def test_a_reconciled_service_goes_on_without_repeat_or_gap_and_a_waiting_relay_notices(
    bus: Bus, ops: Client
) -> None:
    key, other = uuid4(), uuid4()
    async with consuming(bus.reader, bus.kafka, bus.prefix):
        await say(bus, other, "a")
        await a_loss(bus, key)
        await say(bus, key, "new")
        async with relaying(bus.writer_address, bus.kafka, bus.prefix) as relay:
            await eventually(lambda: withheld(relay))
            await resumed(ops)
            await say(bus, key, "newer")
            await say(bus, other, "b")

            async def all_there() -> bool:
                return sum(map(len, (await effects(bus.reader)).values())) >= 9

            await eventually(all_there)
    assert await effects(bus.reader) == {
        str(key): ["1", "2", "3", "lost 4", "lost 5", "new", "newer"],
        str(other): ["a", "b"],
    }
    assert (await versions(bus.kafka, bus.topic))[str(key)] == [1, 2, 3, 4, 5, 6, 7]
    assert await rows(bus.reader, "select 1 from deferred") == []


async def test_a_dry_run_counts_names_what_was_lost_and_changes_nothing(bus: Bus, ops: Client) -> None:
    key = uuid4()
    await a_loss(bus, key)
    await say(bus, key, "new")
    before = await everything(bus.writer)
    told = await lane(ops, lane_of(str(key)), dry_run=True)
    assert [told[n] for n in ("records", "keys_behind", "already_published", "renumbered", "lost")] == [5, 1, 0, 1, 2]
    assert [(e["key"], e["version"]) for e in told["lost_events"]] == [(str(key), 4), (str(key), 5)]
    assert {e["type"] for e in told["lost_events"]} == {RecordingPublished.event_type()}
    assert await everything(bus.writer) == before


async def test_what_was_unsent_at_the_moment_is_dropped_where_it_left_later_and_sent_where_it_did_not(
    bus: Bus, ops: Client
) -> None:
    left, never_left = keys_in(4, 2)
    await say(bus, left, 1)
    await say(bus, never_left, 1)
    await published(bus)
    await say(bus, left, "waited and left", "waited too and left")
    await say(bus, never_left, "waited")
    await remember(bus.writer)
    await execute(bus.writer, "delete from outbox where key = $1", str(never_left))
    await published(bus)
    await set_back(bus.writer)
    await say(bus, left, "new")
    told = await lane(ops, 4)
    assert [told[n] for n in ("already_published", "renumbered", "lost")] == [2, 0, 0]
    await resumed(ops)
    assert await unsent(bus.writer) == [(str(never_left), 2), (str(left), 4)]
    await published(bus)
    assert await versions(bus.kafka, bus.topic) == {str(left): [1, 2, 3, 4], str(never_left): [1, 2]}


async def test_a_key_the_restored_database_never_heard_of_goes_on_where_its_topic_ends(bus: Bus, ops: Client) -> None:
    key = uuid4()
    await remember(bus.writer)
    await say(bus, key, "lost 1", "lost 2")
    await published(bus)
    await set_back(bus.writer)
    await resumed(ops)
    await say(bus, key, "again")
    assert await unsent(bus.writer) == [(str(key), 3)]


@pytest.mark.parametrize(("version", "follows"), [(LAST, LAST + 1), (LAST + 1, 2), (2**63 - 1, 2)])
async def test_however_high_a_version_stands_in_the_topic_publishing_goes_on(
    bus: Bus, ops: Client, version: int, follows: int
) -> None:
    """Another system may have written it; above the last there can be it is no event's."""
    key = uuid4()
    await say(bus, key, 1)
    await published(bus)
    await remember(bus.writer)
    await say(bus, key, "a stranger's")
    await execute(bus.writer, "update outbox set version = $1", version)
    await published(bus)
    await set_back(bus.writer)
    await resumed(ops)
    await say(bus, key, "again")
    assert await unsent(bus.writer) == [(str(key), follows)]


async def test_what_kafka_refuses_stays_parked_and_holds_its_place(bus: Bus, ops: Client) -> None:
    key = uuid4()
    await say(bus, key, 1)
    await published(bus)
    await remember(bus.writer)
    await say(bus, key, "lost")
    await published(bus)
    await set_back(bus.writer)
    await say(bus, key, "refused", "behind")
    await execute(bus.writer, "update outbox set parked_at = now(), last_error = 'TooLarge' where version = 2")
    await resumed(ops)
    found = await rows(bus.writer, "select version, parked_at is not null from outbox order by seq")
    assert found == [(3, True), (4, False)]


async def test_publishing_goes_on_only_when_every_lane_is_reconciled(bus: Bus, ops: Client) -> None:
    await a_loss(bus, uuid4())
    for number in range(PARTITIONS - 1):
        await lane(ops, number)
    standing = (await ops.get(STREAMS)).json()
    assert (standing["withheld"], standing["lanes"], standing["lanes_left"]) == ("restored", 12, 1)
    refused = await ops.post(f"{STREAMS}/resume", json={"reason": WHY, "dry_run": False})
    assert problem(refused) == (409, "streams_unreconciled")
    assert (await resumed(ops))["withheld"] is None
    assert (await ops.get("/v1/operations/delivery")).json()["withheld"] is None


async def test_lanes_reconciled_before_another_loss_count_for_nothing(bus: Bus, ops: Client) -> None:
    await a_loss(bus, uuid4())
    for number in range(PARTITIONS):
        await lane(ops, number)
    await execute(bus.writer, "update reconciled_lane set identity = 'the timeline before'")
    assert (await ops.get(STREAMS)).json()["lanes_left"] == 12


async def test_a_reconciling_cut_short_is_begun_again(bus: Bus, ops: Client) -> None:
    key = uuid4()
    await a_loss(bus, key)
    await say(bus, key, "new", "newer")
    number = lane_of(str(key))
    assert (await lane(ops, number))["renumbered"] == 2
    await say(bus, key, "newest")
    assert (await lane(ops, number))["renumbered"] == 0
    await resumed(ops)
    assert await unsent(bus.writer) == [(str(key), 6), (str(key), 7), (str(key), 8)]


async def test_who_publishes_is_not_renumbered(bus: Bus, ops: Client) -> None:
    key = uuid4()
    await say(bus, key, 1, 2)
    await published(bus)
    body = {"topic": TOPIC, "lane": lane_of(str(key)), "reason": WHY}
    assert (await ops.post(f"{STREAMS}/reconcile", json=body)).json()["keys_behind"] == 0
    refused = await ops.post(f"{STREAMS}/reconcile", json=body | {"dry_run": False})
    assert problem(refused) == (409, "not_withheld")
    refused = await ops.post(f"{STREAMS}/resume", json={"reason": WHY, "dry_run": False})
    assert problem(refused) == (409, "not_withheld")


async def test_an_order_to_withhold_is_a_row_taken_away(bus: Bus, ops: Client) -> None:
    await execute(bus.writer, "delete from published_from")
    assert (await ops.get(STREAMS)).json()["withheld"] == "restored"
    assert (await resumed(ops))["withheld"] is None


async def test_acts_are_written_down_with_who_and_why(bus: Bus, ops: Client) -> None:
    key = uuid4()
    await a_loss(bus, key)
    await say(bus, key, "new")
    [(event_id,)] = await rows(bus.writer, "select event_id from outbox")
    await resumed(ops)
    told = (await ops.get("/v1/operations/acts")).json()["items"]
    assert [(a["act"], a["caller"], a["reason"], a["event_ids"]) for a in told] == [
        ("resume_publishing", "ops", WHY, []),
        ("reconcile_lane", "ops", WHY, [str(event_id)]),
    ]


async def test_no_lane_of_somebody_else_can_be_reconciled(ops: Client) -> None:
    body = {"topic": "talent.members", "lane": 0, "reason": WHY}
    assert problem(await ops.post(f"{STREAMS}/reconcile", json=body)) == (404, "no_such_lane")
    body = {"topic": TOPIC, "lane": PARTITIONS, "reason": WHY}
    assert problem(await ops.post(f"{STREAMS}/reconcile", json=body)) == (422, "malformed_body")


async def test_a_topic_that_cannot_be_read_is_reconciled_by_nobody(bus: Bus, signer: Signer) -> None:
    service = Service("counter", "Counter", "Counts.", (), (RecordingPublished,))
    await lose_identity(bus.writer)
    async with serving(service, bus.writer, signer) as counter:
        counter.app.state.streams = Streams("127.0.0.1:9", [TOPIC], bus.prefix)
        body = {"topic": TOPIC, "lane": 0, "reason": WHY, "dry_run": False}
        answer = await counter.as_("ops").post(f"{STREAMS}/reconcile", json=body)
    assert problem(answer) == (503, "topic_unread")
    assert await rows(bus.writer, "select 1 from reconciled_lane") == []


async def test_commands_that_arrive_while_a_lane_is_reconciled_follow_on(bus: Bus, ops: Client) -> None:
    keys = keys_in(7, 6)
    for key in keys:
        await say(bus, key, 1)
    await published(bus)
    await remember(bus.writer)
    for key in keys:
        await say(bus, key, "lost 2", "lost 3")
    await published(bus)
    await set_back(bus.writer)
    writers = [say(bus, key, *range(10)) for key in keys]
    await asyncio.gather(*writers, *(lane(ops, 7) for _ in range(3)))
    await resumed(ops)
    await published(bus)
    assert await versions(bus.kafka, bus.topic) == {str(key): list(range(1, 14)) for key in keys}


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_was_lost_the_versions_of_every_key_go_on_from_the_topics_last(db: Database, seed: int) -> None:
    """A made-up topic: what was sent, lost, left unsent and written since, in every mixture."""
    chance = random.Random(seed)
    keys = keys_in(3, 8)
    log: list[tuple[UUID, int, UUID]] = []

    async def write(tx: Transaction) -> None:
        await announce(tx, numbered(chance.choice(keys), 0))

    async def send(most: int) -> None:
        found = await rows(db, "select key, version, event_id, seq from outbox order by seq limit $1", most)
        log.extend((UUID(key), version, event_id) for key, version, event_id, _ in found)
        await execute(db, "delete from outbox where seq = any($1::bigint[])", [seq for *_, seq in found])

    async def write_and_send() -> None:
        for _ in range(chance.randrange(12)):
            await db.run(write)
            await send(chance.randrange(3))

    for _ in range(3):
        await write_and_send()
        await remember(db)
        await write_and_send()
        await set_back(db)
        for _ in range(chance.randrange(12)):
            await db.run(write)
        await db.run(streams.reconcile, await survey_of(db, log), ACT)
        await db.run(Streams("", []).resume, ACT)
    await send(1_000)
    seen: defaultdict[UUID, list[int]] = defaultdict(list)
    for key, version, _ in log:
        seen[key].append(version)
    assert all(found == list(range(1, len(found) + 1)) for found in seen.values())
    assert len({event_id for *_, event_id in log}) == len(log)
    assert dict(await rows(db, "select key, version from stream")) == {
        str(key): found[-1] for key, found in seen.items()
    }


async def survey_of(db: Database, log: list[tuple[UUID, int, UUID]]) -> Survey:
    known = await rows(db, streams.SQL["known"], TOPIC)
    unsent_ids = frozenset(event_id for _, _, ids in known for event_id in ids or ())
    survey = Survey(TOPIC, 3, {key: version for key, version, _ in known}, unsent_ids)
    for key, version, event_id in log:
        survey.add(delivered(version, key=key, event_id=event_id))
    return survey


async def test_of_two_who_reconcile_at_once_the_second_finds_it_done(db: Database) -> None:
    await lose_identity(db)
    survey = await survey_of(db, [])
    await db.run(streams.reconcile, survey, ACT)
    await db.run(Streams("", []).resume, ACT)
    with pytest.raises(NotWithheld):
        await db.run(streams.reconcile, survey, ACT)
