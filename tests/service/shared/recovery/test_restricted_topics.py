"""Events of restricted topics: ops see that one is stuck and why, and can act; whom it is about they do not see."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.talent.members import PoolReadinessChanged
from tests.service.shared.deliveries import KEY, delivered
from tests.service.shared.recovery.standing import DEAD, PARKED, a_parked_event, request_action, restricted
from tests.support.databases import execute, rows
from tests.support.services import Client, ServiceUnderTest

WITHHELD = "withheld: restricted topic"
PERSON = str(KEY)


async def a_deferred_judgement(adder: ServiceUnderTest) -> UUID:
    """The one before it is missing."""
    _, event = await adder.receive(restricted(1), restricted(3))
    return event.envelope.id


async def a_judgement_refused(adder: ServiceUnderTest) -> UUID:
    event_id = await a_parked_event(adder, behind=0)
    await execute(
        adder.db,
        "update outbox set topic = $1, type = $2",
        PoolReadinessChanged.topic,
        PoolReadinessChanged.event_type(),
    )
    return event_id


async def shown(ops: Client, path: str, **params: str) -> list[Any]:
    """The answers of the list and of the whole event."""
    listed = await ops.get(path, params=params)
    [item] = listed.json()["items"]
    return [listed, await ops.get(f"{path}/{item['event_id']}")]


@pytest.mark.parametrize("path", [DEAD, PARKED])
async def test_neither_list_nor_whole_event_names_the_person(adder: ServiceUnderTest, ops: Client, path: str) -> None:
    event_id = await (a_deferred_judgement(adder) if path == DEAD else a_judgement_refused(adder))
    answers = await shown(ops, path, **({"state": "gap"} if path == DEAD else {}))
    whole = answers[1].json()
    assert (whole["event_id"], whole["key"], whole["payload"]) == (str(event_id), WITHHELD, WITHHELD)
    assert whole["type"] == PoolReadinessChanged.event_type()
    assert [PERSON in answer.text for answer in answers] == [False, False]


async def test_a_key_of_an_open_topic_is_shown(adder: ServiceUnderTest, ops: Client) -> None:
    await adder.receive(delivered(1), delivered(3))
    await a_parked_event(adder)
    answers = [*await shown(ops, DEAD, state="gap"), *await shown(ops, PARKED)]
    assert [answer.json().get("key", PERSON) for answer in answers] == [PERSON] * 4
    assert all(PERSON in answer.text for answer in answers)


async def test_the_dead_letter_of_a_judgement_names_the_person_no_more_than_the_event(
    adder: ServiceUnderTest, ops: Client
) -> None:
    event_id = await a_parked_event(adder, behind=0)
    await execute(adder.db, "update outbox set topic = 'talent.members.dlt.adder' where event_id = $1", event_id)
    assert [PERSON in answer.text for answer in await shown(ops, PARKED)] == [False, False]


async def test_acts_take_such_events_by_id(adder: ServiceUnderTest, ops: Client) -> None:
    aside, refused = await a_deferred_judgement(adder), await a_judgement_refused(adder)
    answers = [
        await request_action(ops, f"{DEAD}/skip", [aside]),
        await request_action(ops, f"{PARKED}/retry", [refused]),
    ]
    assert [answer.json()["event_ids"] for answer in answers] == [[str(aside)], [str(refused)]]
    assert [PERSON in answer.text for answer in answers] == [False, False]
    assert await rows(adder.db, "select 1 from deferred") == []
    assert await rows(adder.db, "select 1 from outbox where parked_at is not null") == []
