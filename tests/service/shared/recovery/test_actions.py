"""Operator actions on events that are stuck: what holds for each of them, over HTTP, on real Postgres."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.messaging.actions import ON_MANY, UNREAD, WRITING, Action
from tests.service.shared.deliveries import delivered
from tests.service.shared.recovery.standing import (
    DEAD,
    OTHER,
    PARKED,
    WHY,
    a_dead_chain,
    a_parked_event,
    an_undecodable_record,
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


@dataclass(frozen=True, slots=True)
class Stuck:
    """What an action can be done to, and how many events wait behind it."""

    event_id: UUID
    behind: int = 2
    error: str = ""


async def stuck(adder: ServiceUnderTest, action: Action) -> Stuck:
    if action.side == WRITING:
        return Stuck(await a_parked_event(adder), error="MessageSizeTooLargeError")
    if action.side == UNREAD:
        return Stuck(await an_undecodable_record(adder), behind=0)
    if action.heads == "behind_gap":
        _, head, *_ = await adder.receive(*(delivered(version) for version in (1, 3, 4, 5)))
        return Stuck(head.envelope.id)
    return Stuck((await a_dead_chain(adder))[1].envelope.id, error="ValidationError")


def path_of(action: Action) -> str:
    return f"/v1/operations/{action.path}"


@pytest.mark.parametrize("action", ON_MANY, ids=lambda a: a.name)
class TestEveryActionOnMany:
    """What holds for each that stands in the table."""

    async def test_a_dry_run_counts_and_changes_nothing(
        self, adder: ServiceUnderTest, ops: Client, action: Action
    ) -> None:
        """It is one unless the caller says otherwise."""
        found = await stuck(adder, action)
        before = await standing(adder.db)
        for told in ({}, {"dry_run": True}):
            body = {"event_ids": [str(found.event_id)], "reason": WHY} | told
            answer = (await ops.post(path_of(action), json=body)).json()
            assert (answer["dry_run"], len(answer["event_ids"]), answer["waiting_behind"]) == (True, 1, found.behind)
        assert await standing(adder.db) == before
        assert await taken_actions(adder.db) == []

    async def test_the_dry_run_foretells_what_the_action_answers(
        self, adder: ServiceUnderTest, ops: Client, action: Action
    ) -> None:
        found, before = await stuck(adder, action), await standing(adder.db)
        foretold = (await request_action(ops, path_of(action), [found.event_id], dry_run=True)).json()
        done = (await request_action(ops, path_of(action), [found.event_id])).json()
        assert done == foretold | {"dry_run": False}
        assert await standing(adder.db) != before

    async def test_the_action_is_written_down_with_who_and_why(
        self, adder: ServiceUnderTest, ops: Client, action: Action
    ) -> None:
        found = await stuck(adder, action)
        await request_action(ops, path_of(action), [found.event_id])
        [told] = (await ops.get("/v1/operations/actions")).json()["items"]
        assert (told["caller"], told["reason"], told["event_ids"]) == ("ops", WHY, [str(found.event_id)])
        assert told["action"] == action.name

    async def test_the_same_request_again_gets_the_first_answer_and_changes_nothing(
        self, adder: ServiceUnderTest, ops: Client, action: Action
    ) -> None:
        found, key = await stuck(adder, action), str(uuid4())
        first = await request_action(ops, path_of(action), [found.event_id], key=key)
        after = await standing(adder.db)
        again = await request_action(ops, path_of(action), [found.event_id], key=key)
        assert again.json() == first.json()
        assert await standing(adder.db) == after
        assert len(await taken_actions(adder.db)) == 1

    async def test_of_two_people_who_act_at_once_one_does_it(
        self, adder: ServiceUnderTest, ops: Client, action: Action
    ) -> None:
        found = await stuck(adder, action)
        answers = await asyncio.gather(*(request_action(ops, path_of(action), [found.event_id]) for _ in range(6)))
        assert [a.status_code for a in answers] == [200] * 6
        assert sum(len(a.json()["event_ids"]) for a in answers) == 1
        assert len(await taken_actions(adder.db)) == 1

    async def test_an_unknown_id_is_no_event(self, adder: ServiceUnderTest, ops: Client, action: Action) -> None:
        await stuck(adder, action)
        before = await standing(adder.db)
        answer = (await request_action(ops, path_of(action), [uuid4()])).json()
        assert (answer["event_ids"], answer["waiting_behind"]) == ([], 0)
        assert await standing(adder.db) == before
        assert await taken_actions(adder.db) == []

    @pytest.mark.parametrize("selection", [{}, {"event_ids": []}, {"event_ids": None, "topic": None}])
    async def test_nothing_selected_is_refused(
        self, adder: ServiceUnderTest, ops: Client, action: Action, selection: dict[str, Any]
    ) -> None:
        await stuck(adder, action)
        before = await standing(adder.db)
        answer = await ops.post(path_of(action), json=selection | {"reason": WHY, "dry_run": False})
        assert problem(answer) == (422, "nothing_selected")
        assert await standing(adder.db) == before

    @pytest.mark.parametrize("reason", [None, "", "  x  "])
    async def test_without_a_reason_it_is_refused(self, ops: Client, action: Action, reason: str | None) -> None:
        body = {"topic": TOPIC} | ({} if reason is None else {"reason": reason})
        assert problem(await ops.post(path_of(action), json=body)) == (422, "malformed_body")

    async def test_only_ops_may(self, adder: ServiceUnderTest, action: Action) -> None:
        found = await stuck(adder, action)
        before = await standing(adder.db)
        for role in ("region", "service", "programme_lead", "information_governance"):
            answer = await request_action(adder.as_(role), path_of(action), [found.event_id])
            assert problem(answer) == (403, "role_missing")
        assert await standing(adder.db) == before

    async def test_every_part_of_the_selection_must_hold(
        self, adder: ServiceUnderTest, ops: Client, action: Action
    ) -> None:
        found = await stuck(adder, action)
        body = {"event_ids": [str(found.event_id)], "topic": "talent.members", "reason": WHY, "dry_run": False}
        assert (await ops.post(path_of(action), json=body)).json()["event_ids"] == []
        if found.error:
            another = {"topic": TOPIC, "error_class": "Another", "reason": WHY}
            assert (await ops.post(path_of(action), json=another)).json()["event_ids"] == []
        fitting = {"topic": TOPIC, "reason": WHY} | ({"error_class": found.error} if found.error else {})
        assert (await ops.post(path_of(action), json=fitting)).json()["event_ids"] == [str(found.event_id)]


async def test_actions_are_told_newest_first(adder: ServiceUnderTest, ops: Client) -> None:
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
