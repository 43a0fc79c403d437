"""The parts of the platform a test run stands on, started once and shared by every xdist worker.

Postgres and Kafka are embedded ones, or containers where they are asked for. Tests of the whole academy, of what
happens when a part goes away and of how the parts of this machine come up start a platform of their own, always an
embedded one.
"""

import asyncio
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from academy.local.layout import ISSUER, KAFKA, MAILBOX, POSTGRES, ROOT, Plan
from academy.local.platform import Platform
from academy.local.state import StateFolder
from shared.messaging.cluster import Cluster
from tests.support.folders import folder_anyone_may_cross

if TYPE_CHECKING:
    from tests.support.containers import Containers

INFRASTRUCTURE = frozenset({POSTGRES, KAFKA, ISSUER, MAILBOX})
TOLD = {
    "ACADEMY_TEST_POSTGRES": (POSTGRES, POSTGRES),
    "ACADEMY_TEST_KAFKA": (KAFKA, KAFKA),
    "ACADEMY_TEST_ISSUER": (ISSUER, ISSUER),
    "ACADEMY_TEST_MAILBOX": (MAILBOX, MAILBOX),
    "ACADEMY_TEST_SMTP": (MAILBOX, "smtp"),
}
"""The variable that tells an address of the run: the part, and the name of that address of it."""

_CONTAINED = frozenset({POSTGRES, KAFKA})
_RUNNING: "pytest.StashKey[list[RunPlatform]]" = pytest.StashKey()


def a_plan(folder: Path, **changes: Any) -> Plan:
    """A quick platform on free ports, its jars from the checkout's cache; without services unless they are named.

    Its consumers ask for the new less often: several academies that wait would keep a machine of two cores busy.
    """
    chosen: dict[str, Any] = {
        "parts": INFRASTRUCTURE,
        "services": (),
        "durable": False,
        "free_ports": True,
        "downloads": ROOT / ".academy" / "downloads",
        "environment": _outside() | {"ACADEMY_FETCH_WAIT_MS": "250"},
    }
    return Plan(StateFolder(folder), **chosen | changes)


def _outside() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ACADEMY_")}


class RunPlatform:
    """Parts of this run's platform, in a folder of their own."""

    def __init__(self, parts: frozenset[str] = INFRASTRUCTURE) -> None:
        with ExitStack() as started:
            path = started.enter_context(folder_anyone_may_cross())
            inside = parts & _CONTAINED if _contained() else frozenset[str]()
            self._containers = _running(started) if inside else None
            self._platform = Platform(a_plan(path, parts=parts - inside))
            asyncio.run(self._platform.start())
            started.callback(lambda: asyncio.run(self._platform.stop()))
            self._started = started.pop_all()
        self._parts = parts

    def environment(self) -> dict[str, str]:
        """What the workers inherit: the address of each part."""
        return {variable: self._address(name) for variable, (part, name) in TOLD.items() if part in self._parts}

    def stop(self) -> None:
        """What started last goes first; a part that fails to stop keeps no other."""
        self._started.close()

    def _address(self, name: str) -> str:
        if name == POSTGRES:
            return self._containers.postgres if self._containers else self._platform.admin_database_url
        if name == KAFKA:
            cluster = self._containers.kafka if self._containers else self._platform.kafka_as_admin
            return cluster.told()
        return self._platform.address(name)


def _running(started: ExitStack) -> "Containers":
    from tests.support import containers  # noqa: PLC0415 a tenth of all imports, and seldom asked for

    return started.enter_context(containers.running())


def _contained() -> bool:
    return _asked_for() and _why_not() is None


def _asked_for() -> bool:
    return os.environ.get("ACADEMY_TEST_CONTAINERS", "") not in {"", "0"}


def _why_not() -> str | None:
    from tests.support import containers  # noqa: PLC0415 as above

    return containers.why_not()


def pytest_report_header() -> str:
    """What the run stands on, and why where it is not what was asked for."""
    if not _asked_for():
        return "Postgres and Kafka: embedded"
    if why := _why_not():
        return f"Postgres and Kafka: embedded, for there is no Docker here ({why})"
    from tests.support import containers  # noqa: PLC0415 as above

    return f"Postgres and Kafka: containers ({containers.POSTGRES_IMAGE}, {containers.KAFKA_IMAGE})"


def pytest_configure(config: pytest.Config) -> None:
    """With xdist the controller starts all parts at once, for workers end at different times."""
    config.stash[_RUNNING] = []
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        _start(config, INFRASTRUCTURE)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no process behind."""
    while config.stash[_RUNNING]:
        config.stash[_RUNNING].pop().stop()


def _start(config: pytest.Config, parts: frozenset[str]) -> None:
    running = RunPlatform(parts)
    config.stash[_RUNNING].append(running)
    os.environ.update(running.environment())


def _address(request: pytest.FixtureRequest, variable: str) -> str:
    """Tests of one process start no more than what they ask for; of Postgres and Kafka in containers, both."""
    if variable not in os.environ:
        part, _ = TOLD[variable]
        _start(request.config, _CONTAINED if part in _CONTAINED and _contained() else frozenset({part}))
    return os.environ[variable]


@pytest.fixture(scope="session")
def postgres_admin(request: pytest.FixtureRequest) -> str:
    """The address of the run's Postgres, as its superuser."""
    return _address(request, "ACADEMY_TEST_POSTGRES")


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> Cluster:
    """The run's Kafka, as the user who may do everything."""
    return Cluster.heard(_address(request, "ACADEMY_TEST_KAFKA"))


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
