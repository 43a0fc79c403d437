"""Operator actions on events that are stuck: what holds for each of them, over HTTP, on real Postgres."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.messaging.wire import Event
from tests.service.shared.deliveries import delivered
from tests.service.shared.recovery.standing import (
    DEAD,
    OTHER,
    PARKED,
    WHY,
    a_dead_chain,
    a_parked_event,
    request_action,
    standing,
    taken_actions,
    work,
)
from tests.support.delivery import TOPIC
from tests.support.services import Client, ServiceUnderTest, problem


@pytest.mark.parametrize("path", [DEAD, PARKED])
async def test_an_id_that_is_stuck_nowhere_is_not_found(ops: Client, path: str) -> None:
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
        answer = (await request_action(ops, path, [event], dry_run=True)).json()
        assert (answer["dry_run"], len(answer["event_ids"]), answer["waiting_behind"]) == (True, 1, 2)
        assert await standing(adder.db) == before
        assert await taken_actions(adder.db) == []

    async def test_the_dry_run_foretells_what_the_act_answers(
        self, adder: ServiceUnderTest, ops: Client, path: str
    ) -> None:
        event = await self.still(adder, path)
        foretold = (await request_action(ops, path, [event], dry_run=True)).json()
        done = (await request_action(ops, path, [event])).json()
        assert done == foretold | {"dry_run": False}

    async def test_the_act_is_written_down_with_who_and_why(
        self, adder: ServiceUnderTest, ops: Client, path: str
    ) -> None:
        event = await self.still(adder, path)
        await request_action(ops, path, [event])
        [told] = (await ops.get("/v1/operations/actions")).json()["items"]
        event_id = str(event.envelope.id if isinstance(event, Event) else event)
        assert (told["caller"], told["reason"], told["event_ids"]) == ("ops", WHY, [event_id])
        assert told["action"].removesuffix("_parked") == path.rsplit("/", 1)[-1]

    async def test_the_same_request_again_gets_the_first_answer_and_changes_nothing(
        self, adder: ServiceUnderTest, ops: Client, path: str
    ) -> None:
        event, key = await self.still(adder, path), str(uuid4())
        first = await request_action(ops, path, [event], key=key)
        after = await standing(adder.db)
        again = await request_action(ops, path, [event], key=key)
        assert again.json() == first.json()
        assert await standing(adder.db) == after
        assert len(await taken_actions(adder.db)) == 1

    async def test_of_two_people_who_act_at_once_one_does_it(
        self, adder: ServiceUnderTest, ops: Client, path: str
    ) -> None:
        event = await self.still(adder, path)
        answers = await asyncio.gather(*(request_action(ops, path, [event]) for _ in range(6)))
        assert [a.status_code for a in answers] == [200] * 6
        assert sum(len(a.json()["event_ids"]) for a in answers) == 1
        assert len(await taken_actions(adder.db)) == 1

    async def test_an_unknown_id_is_no_event(self, adder: ServiceUnderTest, ops: Client, path: str) -> None:
        await self.still(adder, path)
        before = await standing(adder.db)
        answer = (await request_action(ops, path, [uuid4()])).json()
        assert (answer["event_ids"], answer["waiting_behind"]) == ([], 0)
        assert await standing(adder.db) == before
        assert await taken_actions(adder.db) == []

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
            assert problem(await request_action(adder.as_(role), path, [event])) == (403, "role_missing")
        assert await standing(adder.db) == before

    async def test_every_part_of_the_selection_must_hold(self, adder: ServiceUnderTest, ops: Client, path: str) -> None:
        event = await self.still(adder, path)
        event_id = str(event.envelope.id if isinstance(event, Event) else event)
        body = {"event_ids": [event_id], "topic": "talent.members", "reason": WHY, "dry_run": False}
        assert (await ops.post(path, json=body)).json()["event_ids"] == []
        error = "ValidationError" if path.startswith(DEAD) else "MessageSizeTooLargeError"
        by_error = {"topic": TOPIC, "error_class": error, "reason": WHY}
        assert (await ops.post(path, json=by_error)).json()["event_ids"] == [event_id]


async def test_acts_are_told_newest_first(adder: ServiceUnderTest, ops: Client) -> None:
    chain, event_id = await a_dead_chain(adder), await a_parked_event(adder, key=OTHER)
    await request_action(ops, f"{DEAD}/skip", [chain[1]])
    await request_action(ops, f"{PARKED}/retry", [event_id])
    told = (await ops.get("/v1/operations/actions")).json()["items"]
    assert [a["action"] for a in told] == ["retry_parked", "skip"]


async def test_a_report_adds_up_what_no_number_of_the_database_holds(adder: ServiceUnderTest, ops: Client) -> None:
    last = 2**63 - 1
    await adder.receive(delivered(last), delivered(last, key=OTHER))
    await ops.post(f"{DEAD}/accept-gap", json={"topic": TOPIC, "reason": WHY, "dry_run": False})
    assert await work(adder) == 2
    report = (await ops.get("/v1/operations/delivery")).json()
    assert report["applied_by_topic"] == {TOPIC: 2 * last}
