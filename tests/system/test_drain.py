"""SIGTERM ends a process in good order, whatever its role: exit code 0, and no lane or partition is left waiting."""

import asyncio
import signal
import sys

import httpx
import pytest

from academy.local.layout import ROOT
from academy.local.platform import Platform
from academy.local.ports import any_free_port
from tests.support.delivery import PATIENCE, eventually, patience

pytestmark = pytest.mark.timeout(400)


async def answers_ready(port: int) -> bool:
    async with httpx.AsyncClient(timeout=PATIENCE) as probe:
        try:
            return (await probe.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False


@pytest.mark.parametrize("role", ["api", "consumer", "relay"])
async def test_a_role_told_to_end_does_so_in_good_order(academy: Platform, role: str) -> None:
    port = any_free_port()
    environment = academy.environment("talent") | {"ACADEMY_TALENT_HTTP_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.talent", role, env=environment, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await eventually(lambda: answers_ready(port))
        process.send_signal(signal.SIGTERM)
        async with patience():
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
