"""What measures stand on: a durable Postgres, a Kafka broker and an issuer; for each measure its own rooms on them."""

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import asyncpg

from academy.local.layout import ISSUER, KAFKA, POSTGRES, ROOT, Plan
from academy.local.platform import Platform
from academy.local.ports import LOOPBACK, any_free_port
from academy.local.processes import Child, Command
from academy.local.readiness import answers
from academy.local.state import StateFolder
from shared.contracts.topics import topic
from shared.messaging.access import Access
from shared.messaging.cluster import Cluster, Login
from shared.messaging.topics import apply
from shared.postgres.database import Database
from tests.support.databases import fresh_database

_PARTS = frozenset({POSTGRES, KAFKA, ISSUER})
_POOL_SIZE = 16
_START_SECONDS = 30


class NotDurable(Exception):
    """A Postgres that does not wait for its disk would flatter every figure."""


class RoleNotReady(Exception):
    """A process of a service did not become ready; the message is its log."""


@dataclass(frozen=True, slots=True)
class Room:
    """A service's own database and topics, and how to start the service on them."""

    stage: "Stage"
    service: str
    database: str
    prefix: str
    kafka_password: str

    @asynccontextmanager
    async def role(self, role: str) -> AsyncGenerator["Role"]:
        """The real process of the service in that role, ready; stopped afterwards."""
        port = any_free_port()
        argv = (sys.executable, "-m", f"services.{self.service}", role)
        log = self.stage.logs / f"{self.service}-{role}-{port}.log"
        process = Child(Command(f"bench-{role}", argv, log, self._environment(port), folder=ROOT))
        try:
            await _ready(port, log)
            yield Role(process, port)
        finally:
            await process.stop()

    @asynccontextmanager
    async def connected(self) -> AsyncGenerator[Database]:
        """A pool on the room's database."""
        db = await Database.connect(self.database, application="bench", size=_POOL_SIZE)
        try:
            yield db
        finally:
            await db.close()

    def _environment(self, port: int) -> dict[str, str]:
        own = f"ACADEMY_{self.service.upper()}"
        return bare_environment() | {
            "ACADEMY_ENV": "development",
            "ACADEMY_KAFKA": Cluster.heard(self.stage.kafka).bootstrap,
            f"{own}_KAFKA_PASSWORD": self.kafka_password,
            "ACADEMY_OIDC_ISSUER": self.stage.issuer,
            "ACADEMY_TOPIC_PREFIX": self.prefix,
            "ACADEMY_LINK_KEYS": secrets.token_urlsafe(24),
            "ACADEMY_CALLER_RATE": "1000000",
            "ACADEMY_CALLER_BURST": "1000000",
            f"{own}_DATABASE": self.database,
            f"{own}_HTTP_PORT": str(port),
            f"{own}_POOL_SIZE": str(_POOL_SIZE),
        }


async def _ready(port: int, log: Path) -> None:
    try:
        await answers(f"http://{LOOPBACK}:{port}/readyz", seconds=_START_SECONDS)
    except TimeoutError as late:
        raise RoleNotReady(await asyncio.to_thread(log.read_text)) from late


@dataclass(frozen=True, slots=True)
class Role:
    """A running process of a service."""

    process: Child
    http_port: int


@dataclass(frozen=True, slots=True)
class Stage:
    """The addresses of one run; that of Kafka with the password of its administrator."""

    postgres: str
    kafka: str
    issuer: str
    logs: Path

    @asynccontextmanager
    async def room(self, service: str, *topics: str) -> AsyncGenerator[Room]:
        """A fresh database of the service, and those topics under a prefix of their own."""
        prefix = f"bench-{uuid4().hex[:8]}."
        async with fresh_database(self.postgres, service) as database:
            kafka = Cluster.heard(self.kafka)
            await apply(kafka, [topic(name) for name in topics], brokers=1, prefix=prefix)
            yield Room(self, service, database, prefix, await _admitted(kafka, prefix, service))

    async def statements(self, room: Room) -> int:
        """Transactions ended so far in the room's database, each statement outside an explicit one being one.

        Asked from another database, so that asking is not counted. Postgres tells with up to two seconds' delay.
        """
        connection = await asyncpg.connect(self.postgres)
        try:
            return await connection.fetchval(
                "select xact_commit + xact_rollback from pg_stat_database where datname = $1",
                room.database.rpartition("/")[2],
            )
        finally:
            await connection.close()

    async def calm(self) -> None:
        """Have what was written so far on disk, so that no measure pays for the one before it."""
        connection = await asyncpg.connect(self.postgres)
        try:
            await connection.execute("checkpoint")
        finally:
            await connection.close()

    async def check(self) -> None:
        """NotDurable unless a commit waits for the disk."""
        connection = await asyncpg.connect(self.postgres)
        try:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                if await connection.fetchval("select current_setting($1)", setting) != "on":
                    raise NotDurable(f"{setting} is off in the Postgres of ACADEMY_TEST_POSTGRES")
        finally:
            await connection.close()


async def _admitted(kafka: Cluster, prefix: str, service: str) -> str:
    """The password of the service's own user, which may do what the service needs and nothing else."""
    login, access = Login(prefix + service, secrets.token_urlsafe(24)), Access(kafka)
    await access.admit(login)
    granted = import_module(f"services.{service}.app").service.grants()
    await access.apply([grant.under(prefix) for grant in granted], users=[login.user])
    return login.password


@asynccontextmanager
async def stage() -> AsyncGenerator[Stage]:
    """The parts `ACADEMY_TEST_*` name, or embedded ones in a temporary folder that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="academy-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # noqa: ASYNC240 nothing else runs yet; PostgreSQL runs as another user where we are root
        if "ACADEMY_TEST_POSTGRES" in os.environ:
            given = _given(folder)
            await given.check()
            yield given
            return
        async with Platform(_plan(folder)) as platform:
            postgres, kafka, issuer = (
                platform.admin_database_url,
                platform.kafka_as_admin.told(),
                platform.address("issuer"),
            )
            yield Stage(postgres, kafka, issuer, folder)


def _given(folder: Path) -> Stage:
    postgres, kafka, issuer = (os.environ[f"ACADEMY_TEST_{part}"] for part in ("POSTGRES", "KAFKA", "ISSUER"))
    return Stage(postgres, kafka, issuer, folder)


def _plan(folder: Path) -> Plan:
    return Plan(
        StateFolder(folder),
        parts=_PARTS,
        services=(),
        free_ports=True,
        downloads=ROOT / ".academy" / "downloads",
        environment=bare_environment(),
    )


def bare_environment() -> dict[str, str]:
    """Ours without what an academy elsewhere is told by."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ACADEMY_")}
