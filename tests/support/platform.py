"""The parts of the platform a test run stands on, started once and shared by every xdist worker.

Postgres and Kafka are embedded ones, or containers where they are asked for. Tests of the whole academy, of what
happens when a part goes away and of how the parts of this machine come up start a platform of their own, always an
embedded one.
"""

import asyncio
import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from academy.local.layout import ISSUER, KAFKA, MAILBOX, POSTGRES, ROOT, Plan
from academy.local.platform import Platform
from academy.local.state import StateFolder
from tests.support import containers

INFRASTRUCTURE = frozenset({POSTGRES, KAFKA, ISSUER, MAILBOX})

_RUNNING = pytest.StashKey["RunPlatform"]()


def a_plan(folder: Path, **changes: Any) -> Plan:
    """A quick platform on free ports, its jars from the checkout's cache; without services unless they are named."""
    chosen: dict[str, Any] = {
        "parts": INFRASTRUCTURE,
        "services": (),
        "durable": False,
        "free_ports": True,
        "downloads": ROOT / ".academy" / "downloads",
        "environment": {name: value for name, value in os.environ.items() if not name.startswith("ACADEMY_")},
    }
    return Plan(StateFolder(folder), **chosen | changes)


class RunPlatform:
    """Postgres, Kafka, issuer and mailbox of this run; started by whoever asks first, in a folder of its own."""

    def __init__(self) -> None:
        with ExitStack() as started:
            folder = TemporaryDirectory(prefix="academy-tests-", ignore_cleanup_errors=True)
            path = Path(started.enter_context(folder))
            path.chmod(0o711)  # PostgreSQL runs as another user where we are root
            self._containers = started.enter_context(containers.running()) if _contained() else None
            parts = INFRASTRUCTURE - {POSTGRES, KAFKA} if self._containers else INFRASTRUCTURE
            self._platform = Platform(a_plan(path, parts=parts))
            asyncio.run(self._platform.start())
            started.callback(lambda: asyncio.run(self._platform.stop()))
            self._started = started.pop_all()

    def environment(self) -> dict[str, str]:
        """What the workers inherit."""
        platform, contained = self._platform, self._containers
        return {
            "ACADEMY_TEST_POSTGRES": contained.postgres if contained else platform.admin_database_url,
            "ACADEMY_TEST_KAFKA": contained.kafka if contained else platform.address("kafka"),
            "ACADEMY_TEST_ISSUER": platform.address("issuer"),
            "ACADEMY_TEST_MAILBOX": platform.address("mailbox"),
            "ACADEMY_TEST_SMTP": platform.address("smtp"),
        }

    def stop(self) -> None:
        """What started last goes first; a part that fails to stop keeps no other."""
        self._started.close()


def _contained() -> bool:
    return containers.asked_for() and containers.hindrance() is None


def pytest_report_header() -> str:
    """What the run stands on, and why where it is not what was asked for."""
    if not containers.asked_for():
        return "Postgres and Kafka: embedded"
    if why := containers.hindrance():
        return f"Postgres and Kafka: embedded, for there is no Docker here ({why})"
    return f"Postgres and Kafka: containers ({containers.POSTGRES_IMAGE}, {containers.KAFKA_IMAGE})"


def pytest_configure(config: pytest.Config) -> None:
    """With xdist the controller starts the platform, for workers end at different times."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        _start(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no process behind."""
    if running := config.stash.get(_RUNNING, None):
        running.stop()


def _start(config: pytest.Config) -> None:
    if "ACADEMY_TEST_POSTGRES" in os.environ:
        return
    config.stash[_RUNNING] = running = RunPlatform()
    os.environ.update(running.environment())


def _address(request: pytest.FixtureRequest, variable: str) -> str:
    _start(request.config)
    return os.environ[variable]


@pytest.fixture(scope="session")
def postgres_admin(request: pytest.FixtureRequest) -> str:
    """The address of the run's Postgres, as its superuser."""
    return _address(request, "ACADEMY_TEST_POSTGRES")


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> str:
    """`host:port` of the run's Kafka."""
    return _address(request, "ACADEMY_TEST_KAFKA")


@pytest.fixture(scope="session")
def issuer(request: pytest.FixtureRequest) -> str:
    """The http address of the run's development issuer."""
    return _address(request, "ACADEMY_TEST_ISSUER")


@pytest.fixture(scope="session")
def mailbox(request: pytest.FixtureRequest) -> str:
    """The http address of the run's mailbox page and its JSON."""
    return _address(request, "ACADEMY_TEST_MAILBOX")


@pytest.fixture(scope="session")
def smtp(request: pytest.FixtureRequest) -> str:
    """`host:port` where the run's mailbox takes mail."""
    return _address(request, "ACADEMY_TEST_SMTP")
