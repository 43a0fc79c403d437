"""Leaving a replay: every service is told, and what cannot be is said."""

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import web
from typer.testing import CliRunner, Result

from academy.__main__ import app
from academy.local.state import Part, State, StateFolder
from academy.services import SERVICES
from tests.unit.replay.gateways import Asked, serving


class Replaying:
    """Gateway and services in one, which replay until they are told to end it."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.refused = False

    def __call__(self, request: Asked) -> web.Response:
        if request.path == "/issuer/token":
            return web.json_response({"access_token": request.body["persona"]})
        if request.path.endswith("/v1/clock/end"):
            if self.refused:
                return web.json_response({"code": "role_missing", "detail": "no"}, status=403)
            self.ended.append(request.path.split("/")[1])
            return web.json_response({"moment": "2026-11-30T00:00:00+00:00"})
        moment = {} if self.ended else {"moment": "2021-03-31T20:00:00+00:00"}
        return web.json_response({"status": "ready"} | moment)


async def academy(folder: Path, address: str, *words: str) -> Result:
    parts = {name: Part(address, None, None, "embedded") for name in ("gateway", *SERVICES)}
    StateFolder(folder).write(State(parts, ready=True, clock="replay"))
    environment = {"ACADEMY_STATE": str(folder), "COLUMNS": "80"}
    return await asyncio.to_thread(CliRunner().invoke, app, words, env=environment)


async def test_the_clock_is_shown_and_the_replay_ended_in_every_service(tmp_path: Path) -> None:
    platform = Replaying()
    async with serving(platform) as gateway:
        assert (await academy(tmp_path, gateway.address, "clock")).stdout == "replaying: it is 31 March 2021 here\n"
        told = json.loads((await academy(tmp_path, gateway.address, "clock", "--json")).stdout)
        assert (told["replaying"], list(told["services"])) == (True, list(SERVICES))
        assert "replaying: it is 31 March 2021 here" in (await academy(tmp_path, gateway.address, "status")).stdout

        ended = await academy(tmp_path, gateway.address, "clock", "set", "now")
        assert (ended.exit_code, platform.ended) == (0, list(SERVICES))
        assert (await academy(tmp_path, gateway.address, "clock")).stdout == ended.stdout
        assert ended.stdout.startswith("real time: it is ")
        assert "replaying" not in (await academy(tmp_path, gateway.address, "status")).stdout


async def test_the_clock_of_a_platform_elsewhere_is_shown_and_its_replay_ended(tmp_path: Path) -> None:
    """As of one in containers: no state folder here knows it."""
    platform = Replaying()

    async def clock(*words: str) -> Result:
        environment = {"ACADEMY_STATE": str(tmp_path), "COLUMNS": "80"}
        command = ["clock", *words, "--gateway", gateway.address]
        return await asyncio.to_thread(CliRunner().invoke, app, command, env=environment)

    async with serving(platform) as gateway:
        assert (await clock()).stdout == "replaying: it is 31 March 2021 here\n"
        assert (await clock("set", "now")).exit_code == 0
        assert platform.ended == list(SERVICES)
        assert (await clock()).stdout.startswith("real time: it is ")


async def test_a_replay_that_does_not_end_is_said_to_go_on(tmp_path: Path) -> None:
    platform = Replaying()
    platform.refused = True
    async with serving(platform) as gateway:
        answer = await academy(tmp_path, gateway.address, "clock", "set", "now")
    assert answer.exit_code == 1
    assert "the replay is not ended everywhere" in answer.stdout


@pytest.mark.parametrize("words", [("clock",), ("clock", "set", "now"), ("status",)])
def test_the_folder_in_which_nothing_runs_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(app, words, env={"ACADEMY_STATE": str(tmp_path), "COLUMNS": "80"})
    assert answer.exit_code == 1
    assert f"nothing runs in {tmp_path}" in answer.stdout


@pytest.mark.parametrize(
    ("code", "remedy"),
    [("time_shift_refused", "up --clock replay"), ("replay_ended", "reset --yes"), ("role_missing", "Started again")],
)
async def test_a_replay_refused_in_real_time_says_what_to_do_instead(tmp_path: Path, code: str, remedy: str) -> None:
    def answer(request: Asked) -> web.Response:
        if request.path == "/issuer/token":
            return web.json_response({"access_token": "replay"})
        return web.json_response({"code": code, "detail": "no"}, status=403)

    async with serving(answer) as gateway:
        told = await academy(tmp_path, gateway.address, "replay", "reach-2020-21")
    assert told.exit_code == 1
    assert remedy in told.stdout
