"""The year is replayed while every service is killed once in the middle of it; the published figures still come out.

And they give nobody away.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from academy.local.layout import GATEWAY, PARTS, ROOT
from academy.local.personas import PERSONAS
from academy.local.platform import Platform
from academy.replay.client import Gateway
from academy.services import SERVICES
from tests.support.attack import pools as pools_attack
from tests.support.attack import reach as reach_attack
from tests.support.folders import folder_anyone_may_cross
from tests.support.platform import a_plan

VICTIMS = {"September": "enrolment", "October": "notifications", "November": "talent", "January": "coaching"}
"""Who is killed when which month of the replay is over; it runs until March."""

MONTH_ENDS = [last for _, last in reach_attack.spans(2020)[5:12]]
"""As at which pools are published: the first member joins in September."""


async def academy(folder: Path, *arguments: str, hear: Callable[[str], None] = lambda _: None) -> tuple[int, str]:
    """Run a verb of the command line against the platform in `folder`; `hear` is told each line when it is said."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ACADEMY_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "academy",
        *arguments,
        env=environment | {"ACADEMY_STATE": str(folder), "FORCE_COLOR": ""},  # lines, not bars
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=1_000_000,
    )
    assert process.stdout is not None
    said: list[str] = []
    async for line in process.stdout:
        said.append(line.decode())
        hear(said[-1])
    return await process.wait(), "".join(said)


@pytest.mark.alone
@pytest.mark.timeout(1800)
async def test_killing_each_service_in_the_middle_of_the_replay_changes_no_figure() -> None:
    with folder_anyone_may_cross() as folder:
        await replayed_under_kills(folder)


async def replayed_under_kills(state_folder: Path) -> None:
    killed: list[str] = []
    plan = a_plan(state_folder, parts=PARTS, services=SERVICES, clock="replay")
    async with Platform(plan) as platform:
        watching = asyncio.create_task(platform.watch())

        def kill_who_is_next(line: str) -> None:
            if victim := VICTIMS.get(line.partition(" ")[0]):
                platform.kill(victim, signal.SIGKILL)
                killed.append(victim)

        code, said = await academy(state_folder, "replay", "reach-2020-21", hear=kill_who_is_next)
        assert code == 0, said
        assert killed == list(VICTIMS.values())
        first = await review(state_folder)
        code, said = await academy(state_folder, "replay", "reach-2020-21", "--again")
        assert code == 0, said
        assert await review(state_folder) == first
        await everybody_offered_sees_something(plan.folder.read().parts[GATEWAY].address)
        await nobody_is_known_by_what_is_published(plan.folder.read().parts[GATEWAY].address)
        watching.cancel()


async def everybody_offered_sees_something(address: str) -> None:
    """A persona's first look is no empty list; a facilitator's cohort has people in it."""
    async with Gateway(address) as gateway:
        tokens = {name: await gateway.token(name) for name in PERSONAS}
        seen = {name: await gateway.call("GET", PERSONAS[name].look, token=tokens[name]) for name in PERSONAS}
        assert [name for name, answer in seen.items() if not answer.get("items", answer)] == []
        cohort, facilitator = seen["session-facilitator"]["items"][0]["cohort_id"], tokens["session-facilitator"]
        people = await gateway.call("GET", f"/enrolment/v1/cohorts/{cohort}/enrolments", token=facilitator)
        assert people["items"]


async def nobody_is_known_by_what_is_published(address: str) -> None:
    """Of all that anybody may ask about the year, each answer subtracted from each, no hidden figure comes out."""
    async with Gateway(address) as gateway:
        anybody = await gateway.token("participant")
        asked = [
            (profile, f"/enrolment/v1/reports/reach?from={first}&to={last}&audience=published&profile={profile}")
            for first, last in reach_attack.spans(2020)
            for profile in ("standard", "annual_review")
        ]
        answers = [await gateway.call("GET", path, token=anybody) | {"profile": profile} for profile, path in asked]
        pools = [
            await gateway.call("GET", f"/talent/v1/reports/pools?as_at={day}", token=anybody) for day in MONTH_ENDS
        ]
    for known in (reach_attack.learn(answers), pools_attack.learn(pools)):
        assert known.hidden
        assert known.recovered() == {}


async def review(folder: Path) -> list[dict[str, Any]]:
    """The review, which must match; reproduced figures, events by topic and mails."""
    code, said = await academy(folder, "review", "--json")
    assert code == 0, said
    return json.loads(said)
