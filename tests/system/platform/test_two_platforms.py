"""Two platforms on one machine: each has its own parts, and who finds another in its place says so and stops."""

import asyncio
import http.server
import os
import signal
import socket
import sys
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from academy.local.layout import PREFERRED_PORTS
from academy.local.platform import Platform
from academy.local.ports import LOOPBACK, any_free_port, is_free
from academy.local.processes import Command, PartFailed
from academy.local.readiness import answers
from academy.local.state import State, StateFolder
from academy.local.state_lock import AlreadyRunning, StateLock
from academy.local.supervisor import Silent, Supervisor, Tier
from tests.support.delivery import PATIENCE, eventually
from tests.support.platform import a_plan

pytestmark = pytest.mark.timeout(400)

PARTS = frozenset({"problems", "issuer", "mailbox", "gateway"})
SERVER = """
import http.server, sys, time
time.sleep(float(sys.argv[2]))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


class Agreeable(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


@contextmanager
def a_stranger(port: int) -> Generator[None]:
    """Somebody else's server, which says yes to whatever it is asked."""
    with http.server.HTTPServer((LOOPBACK, port), Agreeable) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def a_server(tmp_path: Path, port: int, *, after: float = 0) -> Command:
    argv = (sys.executable, "-c", SERVER, str(port), str(after))
    return Command("server", argv, tmp_path / "log", dict(os.environ), folder=tmp_path)


async def test_the_answer_of_a_stranger_is_not_the_parts_own(tmp_path: Path) -> None:
    port, supervisor = any_free_port(), Supervisor(StateFolder(tmp_path), State(), Silent())
    address = f"http://{LOOPBACK}:{port}"
    with a_stranger(port):
        supervisor.start(a_server(tmp_path, port, after=0.5), {"server": address}, Tier.SERVICES)
        with pytest.raises(PartFailed, match=r"(?s)server ended with code 1.*Address already in use"):
            await supervisor.wait_until("server", answers(address))
    await supervisor.stop()


async def test_a_part_that_answers_itself_is_ready(tmp_path: Path) -> None:
    port, supervisor = any_free_port(), Supervisor(StateFolder(tmp_path), State(), Silent())
    address = f"http://{LOOPBACK}:{port}"
    supervisor.start(a_server(tmp_path, port), {"server": address}, Tier.SERVICES)
    await supervisor.wait_until("server", answers(address))
    await supervisor.stop()


async def test_a_part_whose_port_is_taken_while_it_is_down_is_given_up(tmp_path: Path) -> None:
    port, supervisor = any_free_port(), Supervisor(StateFolder(tmp_path), State(), Silent())
    address = f"http://{LOOPBACK}:{port}"
    supervisor.start(a_server(tmp_path, port), {"server": address}, Tier.SERVICES)
    await supervisor.wait_until("server", answers(address))
    dead = supervisor.pid("server")
    supervisor.kill("server", signal.SIGKILL)
    await eventually(lambda: is_free(port))
    with a_stranger(port):
        watching = asyncio.create_task(supervisor.watch())
        with pytest.raises(PartFailed, match=f"server is given up: another process has taken its port {port}"):
            await asyncio.wait_for(supervisor.until_given_up(), PATIENCE)
        assert supervisor.pid("server") == dead
        watching.cancel()
    await supervisor.stop()


async def test_two_platforms_started_at_once_have_each_their_own_parts(tmp_path: Path) -> None:
    """Both want the same ports."""
    port = any_free_port()
    environment = os.environ | {"ACADEMY_PORT_OFFSET": str(port - PREFERRED_PORTS["gateway"])}
    folders = (tmp_path / "one", tmp_path / "other")
    plans = [a_plan(folder, parts=PARTS, free_ports=False, environment=environment) for folder in folders]
    one, other = map(Platform, plans)
    async with asyncio.TaskGroup() as starting:
        starting.create_task(one.start())
        starting.create_task(other.start())
    try:
        for platform, another in ((one, other), (other, one)):
            assert platform.address("gateway") != another.address("gateway")
            assert platform.address("issuer") in await issuer_behind(platform.address("gateway"))
    finally:
        await asyncio.gather(one.stop(), other.stop())


async def issuer_behind(gateway: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{gateway}/issuer/.well-known/openid-configuration")).text


class Intruder(Silent):
    """A stranger who holds nothing, and listens when the ports are chosen and nothing of ours listens yet."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.gone = ExitStack()

    def step_started(self, step: str) -> None:
        if step == "frontdoor":
            self.gone.enter_context(a_stranger(self._port))


async def test_a_platform_that_loses_a_port_before_it_is_bound_says_so_and_stops(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
    environment = os.environ | {"ACADEMY_PORT_OFFSET": str(port - PREFERRED_PORTS["issuer"])}
    plan = a_plan(tmp_path, parts={"issuer", "mailbox"}, free_ports=False, environment=environment)
    intruder = Intruder(port)
    with intruder.gone, pytest.raises(PartFailed, match=r"(?s)frontdoor ended with code .*address already in use"):
        await Platform(plan, intruder).start()
    assert plan.folder.read() == State(clock=plan.clock)


async def test_a_second_tenant_is_told_who_the_first_is(tmp_path: Path) -> None:
    first, second = StateLock(StateFolder(tmp_path)), StateLock(StateFolder(tmp_path))
    await first.enter()
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}.*academy down"):
        await second.enter()
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}.*academy down"):
        second.must_be_free()
    first.leave()
    second.must_be_free()
    await second.enter()
    second.leave()
