"""The year is replayed while every service is killed once in the middle of it; the published figures still come out."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from academy.local.layout import PARTS, ROOT, services_present
from academy.local.platform import Platform
from tests.support.platform import a_plan

VICTIMS = ("enrolment", "notifications", "talent", "coaching")


async def academy(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run a verb of the command line against the platform in `folder`."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ACADEMY_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "academy",
        *arguments,
        env=environment | {"ACADEMY_STATE": str(folder)},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def kill_each_once(platform: Platform) -> list[str]:
    """`kill -9` of one service after the other, each while the replay is under way."""
    killed: list[str] = []
    for victim in VICTIMS:
        await asyncio.sleep(8)
        platform.kill(victim, signal.SIGKILL)
        killed.append(victim)
    return killed


@pytest.mark.timeout(600)
async def test_killing_each_service_in_the_middle_of_the_replay_changes_no_figure(state_folder: Path) -> None:
    plan = a_plan(state_folder, parts=PARTS, services=services_present(), clock="replay")
    async with Platform(plan) as platform:
        watching = asyncio.create_task(platform.watch())
        killing = asyncio.create_task(kill_each_once(platform))
        code, said = await academy(state_folder, "replay", "reach-2020-21")
        assert killing.done(), "the replay was over before every service was killed"
        assert killing.result() == list(VICTIMS)
        assert code == 0, said
        first = await review(state_folder)
        code, said = await academy(state_folder, "replay", "reach-2020-21", "--again")
        assert code == 0, said
        assert await review(state_folder) == first
        watching.cancel()


async def review(folder: Path) -> list[dict[str, Any]]:
    """The review, which must match; reproduced figures, events by topic and mails."""
    code, said = await academy(folder, "review", "--json")
    assert code == 0, said
    return json.loads(said)
