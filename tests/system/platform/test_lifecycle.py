"""The `academy` command as people use it: whatever happens to it, no process is left."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from academy.local.layout import PREFERRED_PORTS
from academy.local.platform import Platform
from academy.local.ports import LOOPBACK, any_free_port
from academy.local.state_lock import AlreadyRunning
from tests.support.delivery import PATIENCE, eventually
from tests.support.platform import a_plan
from tests.system.platform.commands import a_state_folder, academy, left_in_the_end, wait_for_line

pytestmark = pytest.mark.timeout(400)

QUICK = frozenset({"problems", "issuer", "mailbox", "gateway"})


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state folder with the jars already there; whatever still names it at the end is a leftover."""
    tmp_path.chmod(0o711)
    yield (folder := a_state_folder(tmp_path / "state"))
    left = left_in_the_end(folder)
    for process in left:
        process.kill()
    assert left == []


@pytest.mark.parametrize(
    ("moment", "number"), [("mailbox", signal.SIGINT), ("postgres", signal.SIGTERM), ("kafka", signal.SIGINT)]
)
def test_a_start_cut_short_leaves_no_process(state: Path, moment: str, number: signal.Signals) -> None:
    with academy(state, "up") as process:
        wait_for_line(process, containing=moment)
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    assert left_in_the_end(state) == []


def test_a_killed_supervisor_takes_every_part_along(state: Path) -> None:
    with academy(state, "up") as process:
        wait_for_line(process, containing="kafka")
        process.kill()
    assert left_in_the_end(state) == []


def test_a_second_academy_on_the_folder_names_the_first_and_leaves_it_alone(state: Path) -> None:
    with academy(state, "up") as first:
        wait_for_line(first, containing="mailbox")
        for arguments in (("up",), ("up", "--detach")):
            with academy(state, *arguments) as second:
                said, _ = second.communicate(timeout=PATIENCE)
                assert (second.returncode, f"process {first.pid}" in " ".join(said.split())) == (1, True), said
        assert first.poll() is None
        first.terminate()
        assert first.wait(PATIENCE) == 0


def test_usage_errors_end_with_2(state: Path) -> None:
    for arguments in (("reset",), ("token", "king"), ("up", "--clock", "sundial")):
        with academy(state, *arguments) as process:
            process.communicate(timeout=PATIENCE)
            assert process.returncode == 2, arguments


def test_without_a_platform_status_and_token_end_with_1(state: Path) -> None:
    for arguments in (("status", "--json"), ("token", "coach")):
        with academy(state, *arguments) as process:
            process.communicate(timeout=PATIENCE)
            assert process.returncode == 1, arguments


async def test_a_part_that_dies_is_started_again_on_its_port(tmp_path: Path) -> None:
    async with Platform(a_plan(tmp_path, parts=QUICK)) as platform:
        watching = asyncio.create_task(platform.watch())
        before, address = platform.pid("mailbox"), platform.address("mailbox")
        platform.kill("mailbox")
        await eventually(lambda: platform.pid("mailbox") != before)
        assert platform.address("mailbox") == address
        watching.cancel()
    assert left_in_the_end(tmp_path) == []


async def test_a_second_platform_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    async with Platform(a_plan(tmp_path, parts={"issuer"})) as first:
        with pytest.raises(AlreadyRunning, match="academy down"):
            await Platform(a_plan(tmp_path, parts={"issuer"})).start()
        assert first.pid("issuer")


async def test_a_busy_port_is_replaced_and_the_state_tells_which(tmp_path: Path) -> None:
    port = any_free_port()
    chosen = {"ACADEMY_PORT_OFFSET": str(port - PREFERRED_PORTS["issuer"])}
    plan = a_plan(tmp_path, parts={"issuer"}, free_ports=False, environment=os.environ | chosen)
    with socket.create_server((LOOPBACK, port)):
        async with Platform(plan) as platform:
            told = json.loads((tmp_path / "state.json").read_text())["parts"]["issuer"]["address"]
            assert told == platform.address("issuer") != f"http://127.0.0.1:{port}"


async def test_addresses_of_the_environment_replace_embedded_parts(tmp_path: Path) -> None:
    elsewhere = {"ACADEMY_SMTP": "mail.example.org:25", "ACADEMY_OIDC_ISSUER": "https://login.example.org"}
    plan = a_plan(tmp_path, parts=QUICK, environment=os.environ | elsewhere)
    async with Platform(plan) as platform:
        told = json.loads((tmp_path / "state.json").read_text())["parts"]
        assert (told["smtp"]["address"], told["smtp"]["source"]) == ("mail.example.org:25", "environment")
        assert platform.address("issuer") == "https://login.example.org"
        assert "mailbox" not in told
