"""What reconciling a lane drops, keeps and renumbers: real Postgres and Kafka."""

import asyncio
import random
from collections import defaultdict
from uuid import UUID, uuid4

import pytest

from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.contracts.topics import PARTITIONS
from shared.messaging import streams
from shared.messaging.cluster import Cluster
from shared.messaging.lanes import lane_of
from shared.messaging.recovery import ActionContext
from shared.messaging.streams import NotWithheld, Streams, Survey
from shared.messaging.wire import FURTHEST, LAST
from shared.postgres.database import Database, Transaction
from shared.service import Service
from tests.service.shared.deliveries import delivered
from tests.service.shared.streams.losses import STREAMS, WHY, a_loss, everything, lane, published, resumed, say
from tests.support.databases import execute, rows
from tests.support.delivery import TOPIC, Bus, announce, keys_in, numbered, unsent
from tests.support.losses import lose_identity, remember, set_back
from tests.support.reading import versions
from tests.support.services import Client, problem, serving
from tests.support.tokens import Signer

FOR_REAL = ActionContext("ops", WHY, dry_run=False)


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


@pytest.mark.parametrize(
    ("version", "follows"),
    [(1 + FURTHEST, 2 + FURTHEST), (2 + FURTHEST, 2), (LAST, 2), (LAST + 1, 2), (2**63 - 1, 2)],
)
async def test_however_high_a_version_stands_in_the_topic_publishing_goes_on(
    bus: Bus, ops: Client, version: int, follows: int
) -> None:
    """Another system may have written it; where nobody believes it, no counter follows it."""
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


async def test_no_lane_of_somebody_else_can_be_reconciled(ops: Client) -> None:
    body = {"topic": "talent.members", "lane": 0, "reason": WHY}
    assert problem(await ops.post(f"{STREAMS}/reconcile", json=body)) == (404, "no_such_lane")
    body = {"topic": TOPIC, "lane": PARTITIONS, "reason": WHY}
    assert problem(await ops.post(f"{STREAMS}/reconcile", json=body)) == (422, "malformed_body")


async def test_a_topic_that_cannot_be_read_is_reconciled_by_nobody(bus: Bus, signer: Signer) -> None:
    service = Service("counter", "Counter", "Counts.", (), (RecordingPublished,))
    await lose_identity(bus.writer)
    async with serving(service, bus.writer, signer) as counter:
        counter.app.state.streams = Streams(Cluster("127.0.0.1:9"), [TOPIC], bus.prefix)
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
        await db.run(streams.reconcile, await survey_of(db, log), FOR_REAL)
        await db.run(Streams(Cluster(""), []).resume, FOR_REAL)
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


@pytest.mark.parametrize(
    ("topic", "named"), [(TOPIC, str(UUID(int=7))), ("talent.members", "withheld: restricted topic")]
)
def test_a_lost_event_is_named_by_its_key_where_the_topic_is_open(topic: str, named: str) -> None:
    survey = Survey(topic, 3, {}, frozenset())
    event = delivered(1, key=UUID(int=7))
    survey.add(event)
    assert [(lost.event_id, lost.key) for lost in survey.lost_events] == [(event.envelope.id, named)]
    assert survey.behind == {str(UUID(int=7)): 1}


async def test_of_two_who_reconcile_at_once_the_second_finds_it_done(db: Database) -> None:
    await lose_identity(db)
    survey = await survey_of(db, [])
    await db.run(streams.reconcile, survey, FOR_REAL)
    await db.run(Streams(Cluster(""), []).resume, FOR_REAL)
    with pytest.raises(NotWithheld):
        await db.run(streams.reconcile, survey, FOR_REAL)
