"""The whole platform for the tests that need it: every part and every service, on free ports, in replay time."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from academy.local.layout import PARTS, services_present
from academy.local.platform import Platform
from tests.support.folders import folder_anyone_may_cross
from tests.support.platform import a_plan


@pytest.fixture
def state_folder() -> Generator[Path]:
    """A folder for one platform's state."""
    with folder_anyone_may_cross() as folder:
        yield folder


@pytest.fixture(scope="session")
async def academy() -> AsyncGenerator[Platform]:
    """The running academy; what dies is restarted."""
    with folder_anyone_may_cross() as folder:
        async with Platform(a_plan(folder, parts=PARTS, services=services_present(), clock="replay")) as platform:
            watching = asyncio.create_task(platform.watch())
            yield platform
            watching.cancel()
