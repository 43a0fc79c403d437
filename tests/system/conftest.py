"""The whole platform for the tests that need it: every part and every service, on free ports, in replay time."""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from academy.local.layout import PARTS, services_present
from academy.local.platform import Platform
from tests.support.platform import a_plan


@pytest.fixture(scope="session")
async def academy() -> AsyncGenerator[Platform]:
    """The running academy; what dies is restarted."""
    with tempfile.TemporaryDirectory(prefix="academy-whole-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103 Postgres runs as another user where we are root
        plan = a_plan(Path(folder), parts=PARTS, services=services_present(), clock="replay")
        async with Platform(plan) as platform:
            watching = asyncio.create_task(platform.watch())
            yield platform
            watching.cancel()
