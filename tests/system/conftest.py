"""The whole platform for the tests that need it: every part and every service, on free ports, in replay time."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from academy.local.layout import PARTS, services_present
from academy.local.platform import Platform
from tests.support.platform import a_plan


@contextmanager
def _folder_anyone_may_cross() -> Generator[Path]:
    """Postgres runs as another user where we are root, and has to reach its data."""
    with tempfile.TemporaryDirectory(prefix="academy-whole-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def state_folder() -> Generator[Path]:
    """A folder for one platform's state."""
    with _folder_anyone_may_cross() as folder:
        yield folder


@pytest.fixture(scope="session")
async def academy() -> AsyncGenerator[Platform]:
    """The running academy; what dies is restarted."""
    with _folder_anyone_may_cross() as folder:
        async with Platform(a_plan(folder, parts=PARTS, services=services_present(), clock="replay")) as platform:
            watching = asyncio.create_task(platform.watch())
            yield platform
            watching.cancel()
