"""Operator actions on events that Kafka refused: over HTTP, on real Postgres."""

from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.envelope import EventSkipped
from tests.service.shared.deliveries import KEY
from tests.service.shared.recovery.standing import (
    OTHER,
    PARKED,
    WHY,
    a_parked_event,
    request_action,
    standing,
    taken_actions,
)
from tests.support.databases import rows
from tests.support.delivery import announce, numbered
from tests.support.services import Client, ServiceUnderTest, problem


async def test_a_parked_payload_is_shown_with_its_size_and_error(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    [listed] = (await ops.get(PARKED)).json()["items"]
    whole = (await ops.get(f"{PARKED}/{event_id}")).json()
    assert listed["event_id"] == str(event_id)
    assert (listed["last_error"], listed["waiting_behind"]) == ("MessageSizeTooLargeError", 2)
    assert whole["payload"]["recording_ref"] == "1"
    assert listed["bytes"] == len(numbered(KEY, 1).model_dump_json())


async def test_a_retried_event_is_to_be_sent_again_as_it_is(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    before = await rows(adder.db, "select seq, event_id, version, type, payload from outbox order by seq")
    await request_action(ops, f"{PARKED}/retry", [event_id])
    after = await rows(adder.db, "select seq, event_id, version, type, payload from outbox order by seq")
    assert after == before
    assert await rows(adder.db, "select 1 from outbox where parked_at is not null or last_error is not null") == []


async def test_a_skipped_parked_event_leaves_a_marker_of_its_version(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    await request_action(ops, f"{PARKED}/skip", [event_id])
    sent = await rows(adder.db, "select version, type, event_id = '%s' from outbox order by seq" % event_id)  # noqa: UP031
    assert sent[0] == (1, EventSkipped.TYPE, True)
    assert [version for version, _, _ in sent] == [1, 2, 3]
    [(payload,)] = await rows(adder.db, "select payload from outbox where version = 1")
    assert EventSkipped.model_validate_json(payload).skipped_type == type(numbered(KEY, 1)).event_type()


async def test_a_parked_event_is_fixed_under_its_id_and_version(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    fixed = numbered(KEY, 1).model_copy(update={"recording_ref": "short"}).model_dump(mode="json")
    body = {"payload": fixed, "reason": WHY, "dry_run": False}
    answer = await ops.post(f"{PARKED}/{event_id}/fix", json=body)
    assert answer.json()["event_ids"] == [str(event_id)]
    [(version, payload, parked)] = await rows(
        adder.db, f"select version, payload, parked_at from outbox where event_id = '{event_id}'"
    )
    assert (version, parked) == (1, None)
    assert type(numbered(KEY, 1)).model_validate_json(payload).recording_ref == "short"
    assert [(caller, action) for caller, action, _, _ in await taken_actions(adder.db)] == [("ops", "fix_parked")]


async def test_a_fix_is_tried_without_changing_anything(adder: ServiceUnderTest, ops: Client) -> None:
    event_id = await a_parked_event(adder)
    before = await standing(adder.db)
    body = {"payload": numbered(KEY, 1).model_dump(mode="json"), "reason": WHY}
    answer = (await ops.post(f"{PARKED}/{event_id}/fix", json=body)).json()
    assert (answer["dry_run"], answer["waiting_behind"]) == (True, 2)
    assert await standing(adder.db) == before
    assert await taken_actions(adder.db) == []


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


async def test_what_is_not_parked_cannot_be_fixed(adder: ServiceUnderTest, ops: Client) -> None:
    await adder.db.run(announce, numbered(KEY, 1))
    [(event_id,)] = await rows(adder.db, "select event_id from outbox")
    body = {"payload": numbered(KEY, 1).model_dump(mode="json"), "reason": WHY}
    for unknown in (event_id, uuid4()):
        assert problem(await ops.post(f"{PARKED}/{unknown}/fix", json=body)) == (404, "not_parked")
