"""Order, ids of earlier answers, and patience, over real HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from aiohttp import web

from academy.replay import client
from academy.replay.client import Gateway, GatewayUnavailable, Refused
from academy.replay.plan.steps import Step
from academy.replay.sender import NeverCame, RowsRefused, Sender
from tests.support.delivery import patience
from tests.unit.replay.gateways import Asked, serving

NINE = datetime(2020, 9, 10, 9, tzinfo=UTC)
PERSON = UUID("0190a000-0000-7000-8000-000000000001")


def a_step(key: str, *, path: str = "/x", hours: int = 0, **other: object) -> Step:
    return Step(key, NINE + timedelta(hours=hours), "POST", path, {}, **other)  # pyright: ignore[reportArgumentType]


async def send(address: str, *steps: Step) -> None:
    async with Gateway(address) as gateway:
        await Sender(gateway, "the-academy", lambda _: None).send(steps)


async def test_a_later_step_uses_the_id_an_earlier_one_was_answered_with() -> None:
    opened = a_step("cohort A", path="/cohorts", keep="cohort_id")
    enrolled = a_step("enrolment", path="/cohorts/{cohort A}/enrolments", hours=1)
    async with serving(lambda _: web.json_response({"cohort_id": "c-1"}, status=201)) as server:
        await send(server.address, opened, enrolled)
    assert [asked.path for asked in server.asked] == ["/cohorts", "/cohorts/c-1/enrolments"]


async def test_every_call_tells_its_moment_and_every_post_its_key() -> None:
    step = a_step("one")
    async with serving(lambda _: web.json_response({})) as server:
        await send(server.address, step)
    headers = server.asked[0].headers
    assert datetime.fromisoformat(headers["Academy-Time"]) == NINE
    assert headers["Idempotency-Key"] == step.idempotency_key
    assert headers["Authorization"] == "Bearer the-academy"


async def test_a_moment_waits_for_the_one_before_and_sixteen_go_at_a_time() -> None:
    flying: list[int] = [0]
    most: list[int] = [0]
    as_many_as_may = asyncio.Event()

    async def not_before_sixteen_are_here(_: Asked) -> web.Response:
        flying[0] += 1
        most[0] = max(most[0], flying[0])
        if most[0] == client.IN_FLIGHT:
            await asyncio.sleep(0.05)  # room for one too many; on a slow machine there may be less
            as_many_as_may.set()
        async with patience():
            await as_many_as_may.wait()
        flying[0] -= 1
        return web.json_response({})

    steps = [a_step(f"{hours}/{n}", hours=hours) for hours in range(3) for n in range(40)]
    async with serving(not_before_sixteen_are_here) as server:
        await send(server.address, *steps)
    moments = [asked.headers["Academy-Time"] for asked in server.asked]
    assert all(earlier <= later for earlier, later in pairwise(moments))
    assert most[0] == client.IN_FLIGHT


async def test_steps_of_a_lane_go_one_after_another() -> None:
    async def first_is_slow(asked: Asked) -> web.Response:
        await asyncio.sleep(0.05 if asked.path == "/1" else 0)  # room to be overtaken; there may be less
        return web.json_response({"path": asked.path})

    done: list[str] = []
    steps = [a_step(f"step {n}", path=f"/{n}", lane="cohort A") for n in range(1, 4)]
    async with serving(first_is_slow) as server, Gateway(server.address) as gateway:
        await Sender(gateway, "t", lambda step: done.append(step.key)).send(steps)
    assert done == ["step 1", "step 2", "step 3"]


async def test_a_person_asks_in_their_own_name_and_leaves_the_clock_alone() -> None:
    async with serving(lambda _: web.json_response({"access_token": "their-own"})) as server:
        await send(server.address, a_step("request", on_behalf=PERSON))
    token, request = server.asked
    assert token.path == "/issuer/token"
    assert token.body == {"persona": "participant", "person_id": str(PERSON)}
    assert request.headers["Authorization"] == "Bearer their-own"
    assert "Academy-Time" not in request.headers


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_service_that_is_away_is_asked_again_with_the_same_key(status: int) -> None:
    answers = iter([status, status, 201])
    step = a_step("one")
    async with serving(lambda _: web.json_response({}, status=next(answers))) as server:
        await send(server.address, step)
    assert [asked.headers["Idempotency-Key"] for asked in server.asked] == [step.idempotency_key] * 3


async def test_a_gateway_that_finds_no_way_is_asked_again() -> None:
    answers = iter([web.Response(status=404, text="404 page not found"), web.json_response({"here": True})])
    async with serving(lambda _: next(answers)) as server, Gateway(server.address) as gateway:
        assert await gateway.call("GET", "/learners/1") == {"here": True}


async def test_a_cut_connection_is_tried_again() -> None:
    cuts = iter([True, False])

    async def cut(asked: Asked) -> web.Response:
        if next(cuts):
            raise ConnectionResetError
        return web.json_response({"path": asked.path})

    async with serving(cut) as server, Gateway(server.address) as gateway:
        assert await gateway.call("PUT", "/learners/1", body={}) == {"path": "/learners/1"}


async def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE_SECONDS", 0.2)
    async with serving(lambda _: web.json_response({}, status=502)) as server:
        with pytest.raises(GatewayUnavailable, match="502"):
            await send(server.address, a_step("one"))


async def test_a_broken_rule_stops_the_replay_with_its_reason() -> None:
    problem = {"code": "cohort_full", "detail": "all 24 places are taken"}
    async with serving(lambda _: web.json_response(problem, status=409)) as server:
        with pytest.raises(Refused, match="cohort_full: all 24 places are taken"):
            await send(server.address, a_step("one"), a_step("two"))


async def test_a_refused_row_of_a_batch_stops_the_replay() -> None:
    rows = [{"outcome": "created"}, {"outcome": "refused", "code": "unknown_code", "message": "no such band"}]
    async with serving(lambda _: web.json_response({"rows": rows})) as server:
        with pytest.raises(RowsRefused, match="no such band"):
            await send(server.address, a_step("learners", rows="rows"))


async def test_what_follows_from_an_event_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: list[dict[str, str]] = []
    answers = iter([nothing, nothing, [{"invited_for": "ready_soon"}]])
    invited = Step("invitation", NINE, "GET", "/relationships", until=("invited_for", "ready_soon"))
    async with serving(lambda _: web.json_response({"items": next(answers, nothing)})) as server:
        await send(server.address, invited)
        assert len(server.asked) == 3
        monkeypatch.setattr("academy.replay.sender.PATIENCE_SECONDS", 0.5)
        with pytest.raises(NeverCame, match="no invited_for ready_soon"):
            await send(server.address, invited)
