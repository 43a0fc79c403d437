"""`academy up` to its end: beside another that wants the same ports, and where a part cannot be started again."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from academy.local.ports import LOOPBACK, is_free
from academy.local.state import StateFolder
from academy.services import SERVICES
from tests.support.delivery import PATIENCE, eventually
from tests.support.folders import folder_anyone_may_cross
from tests.system.platform.commands import (
    a_state_folder,
    academy,
    coming_up,
    left_in_the_end,
    leftovers,
    wait_for_line,
)

pytestmark = pytest.mark.timeout(900)

UP = "up in "


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_anyone_may_cross() as home:
        yield home


async def said(state: Path, *arguments: str) -> str:
    """What a verb says once it ends well: none waits longer than a few seconds for an answer, a starved machine may."""
    told = ""

    async def ends_well() -> bool:
        nonlocal told
        with academy(state, *arguments) as process:
            told, _ = process.communicate(timeout=PATIENCE)
        return process.returncode == 0

    await eventually(ends_well)
    return told


async def status(state: Path) -> dict[str, Any]:
    """Address and process of each part, all of them ready."""
    parts = json.loads(await said(state, "status", "--json"))["parts"]
    return {part["name"]: (part["address"], part["pid"]) for part in parts}


def addresses(parts: dict[str, Any]) -> set[str]:
    return {address for name, (address, _) in parts.items() if name != "supervisor"}


def gateway(state: Path) -> str:
    return StateFolder(state).read().parts["gateway"].address


def issuer_behind(address: str) -> str:
    found = httpx.get(f"{address}/issuer/.well-known/openid-configuration", timeout=PATIENCE, trust_env=False)
    return found.raise_for_status().json()["issuer"]


def answers(address: str, token: str) -> set[int]:
    """What the services behind that gateway say to whoever has the token."""
    bearer = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=bearer, timeout=PATIENCE, trust_env=False) as client:
        return {client.get(f"/{service}/v1/operations/streams").status_code for service in SERVICES}


@pytest.mark.alone
async def test_two_academies_started_at_once_know_their_own_parts_only(folder: Path) -> None:
    one, other = states = a_state_folder(folder / "one"), a_state_folder(folder / "other")
    with ExitStack() as running:
        first, second = processes = [running.enter_context(coming_up(state)) for state in states]
        for process in processes:
            wait_for_line(process, containing=UP)
        for state, another in ((one, other), (other, one)):
            parts = await status(state)
            assert {pid for _, pid in parts.values()} <= {process.pid for process in leftovers(state)}
            assert addresses(parts).isdisjoint(addresses(await status(another)))
            assert issuer_behind(gateway(state)) == parts["issuer"][0]
            token = (await said(state, "token", "ops")).strip()
            assert answers(gateway(state), token) == {200}
            assert answers(gateway(another), token) == {401}
        first.send_signal(signal.SIGINT)
        assert first.wait(PATIENCE) == 0
        assert left_in_the_end(one) == []
        await status(other)
        second.terminate()
        assert second.wait(PATIENCE) == 0
    assert left_in_the_end(other) == []


async def test_an_academy_that_gives_a_part_up_says_which_and_ends_with_1(folder: Path) -> None:
    """It is held still until the stranger has the port: ours would be back within the second."""
    state = a_state_folder(folder / "state")
    with coming_up(state) as process:
        wait_for_line(process, containing=UP)
        mailbox = StateFolder(state).read().parts["mailbox"]
        port = int(mailbox.address.rpartition(":")[2])
        assert mailbox.pid
        process.send_signal(signal.SIGSTOP)
        os.kill(mailbox.pid, signal.SIGKILL)
        await eventually(lambda: is_free(port))
        with socket.create_server((LOOPBACK, port)):
            process.send_signal(signal.SIGCONT)
            wait_for_line(process, containing=f"mailbox is given up: another process has taken its port {port}")
            assert process.wait(PATIENCE) == 1
    assert left_in_the_end(state) == []
