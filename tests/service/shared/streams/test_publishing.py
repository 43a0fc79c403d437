"""A database set back publishes nothing until every lane is reconciled: real Postgres and Kafka."""

from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from shared.contracts.topics import PARTITIONS
from shared.messaging import streams
from shared.messaging.kafka import end_offsets
from shared.messaging.lanes import lane_of
from shared.messaging.relay import Relay
from tests.service.shared.streams.losses import STREAMS, WHY, a_loss, lane, published, resumed, say
from tests.support.databases import execute, rows
from tests.support.delivery import TOPIC, Bus, consuming, effects, eventually, relaying, unsent
from tests.support.reading import versions
from tests.support.services import Client, problem


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
    told = (await ops.get("/v1/operations/actions")).json()["items"]
    assert [(a["action"], a["caller"], a["reason"], a["event_ids"]) for a in told] == [
        ("resume_publishing", "ops", WHY, []),
        ("reconcile_lane", "ops", WHY, [str(event_id)]),
    ]
