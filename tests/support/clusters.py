"""A Postgres of one service's own that archives its log, is lost, and is restored to a moment: as the runbook says."""

import os
import shlex
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from academy.local.account import unprivileged_account
from academy.local.postgres import binaries_folder
from academy.local.processes import Child, Command
from academy.local.readiness import until
from tests.support.delivery import PATIENCE

_SUPERUSER = "academy"
_PASSWORD = "drill"
_HOST = "127.0.0.1"


@dataclass(slots=True)
class Cluster:
    """Holds the one database of `service`; `folder` is its own and may be entered by the account that runs it."""

    service: str
    folder: Path
    port: int
    _running: Child | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """As the service's role, which owns its database and nothing else."""
        return f"postgresql://{self.service}:{_PASSWORD}@{_HOST}:{self.port}/{self.service}"

    @property
    def admin_url(self) -> str:
        return f"postgresql://{_SUPERUSER}:{_PASSWORD}@{_HOST}:{self.port}/postgres"

    async def start_new(self) -> None:
        """An empty cluster whose log goes to the archive."""
        self._prepare_folder()
        secret = self.folder / "password"
        secret.write_text(_PASSWORD)
        secret.chmod(0o644)
        await self._run(
            "initdb",
            "-D",
            self._data,
            "-U",
            _SUPERUSER,
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
        )
        await self._start()
        await self._execute(f"create role {self.service} login password '{_PASSWORD}'")
        await self._execute(f"create database {self.service} owner {self.service}")

    async def back_up(self) -> None:
        """A base backup, taken while it works."""
        await self._run("pg_basebackup", "-d", self.admin_url, "-D", self._backup, "--checkpoint=fast")

    async def name_moment(self, name: str) -> None:
        """A point it can be restored to."""
        await self._execute(f"select pg_create_restore_point('{name}')")

    async def lose(self) -> None:
        """Archive what was written until now, as time would; then it ends without a checkpoint, and its disk is gone.

        SIGKILL would tell nobody more, and leave a piece of shared memory behind each time.
        """
        # A service may write again at once, so it is the segment ended here that is waited for.
        ended = await self._execute("select pg_walfile_name(pg_switch_wal())")
        archived = f"select last_archived_wal >= '{ended}' from pg_stat_archiver"
        await until(lambda: self._finds(archived), seconds=PATIENCE)
        await self.stop(signal.SIGQUIT)
        shutil.rmtree(self._data)

    async def restore(self, moment: str) -> None:
        """The backup and the archive until that moment, promoted; on the port of the lost one."""
        shutil.copytree(self._backup, self._data)
        self._own(self._data)
        (self._data / "recovery.signal").touch()
        fetch = f"cp {shlex.quote(str(self._archive))}/%f %p"
        await self._start(
            f"restore_command={fetch}", f"recovery_target_name={moment}", "recovery_target_action=promote"
        )
        await until(self._promoted, seconds=PATIENCE)

    async def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        if self._running is not None:
            self._running.signal(number)
            await self._running.ended()
            self._running = None

    async def _start(self, *settings: str) -> None:
        keep = f"test ! -f {shlex.quote(str(self._archive))}/%f && cp %p {shlex.quote(str(self._archive))}/%f"
        chosen = (
            f"listen_addresses={_HOST}",
            f"port={self.port}",
            "unix_socket_directories=",
            "dynamic_shared_memory_type=mmap",
            "fsync=off",
            "archive_mode=on",
            f"archive_command={keep}",
            *settings,
        )
        options = [word for setting in chosen for word in ("-c", setting)]
        self._running = Child(self._command("postgres", "-D", self._data, *options))
        await until(self._answers, seconds=PATIENCE)

    async def _run(self, binary: str, *arguments: str | Path) -> None:
        code = await Child(self._command(binary, *arguments)).ended()
        assert code == 0, f"{binary} exits {code}: {(self.folder / 'log').read_text()}"

    def _command(self, binary: str, *arguments: str | Path) -> Command:
        account = unprivileged_account()
        return Command(
            name=binary,
            argv=(str(binaries_folder(account) / binary), *map(str, arguments)),
            log=self.folder / "log",
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            account=account,
            folder=self.folder,
        )

    def _prepare_folder(self) -> None:
        for folder in (self.folder, self._archive, self._data):
            folder.mkdir(mode=0o700, exist_ok=True)
        self._own(self.folder)

    def _own(self, folder: Path) -> None:
        if account := unprivileged_account():
            for path in (folder, *folder.rglob("*")):
                os.chown(path, account.uid, account.gid)

    async def _execute(self, sql: str) -> Any:
        """The one value of its answer, where it has one."""
        connection = await asyncpg.connect(self.admin_url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    async def _answers(self) -> bool:
        return await self._finds("select true")

    async def _promoted(self) -> bool:
        return await self._finds("select not pg_is_in_recovery()")

    async def _finds(self, sql: str) -> bool:
        try:
            connection = await asyncpg.connect(self.admin_url, timeout=5)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
            return False
        try:
            return bool(await connection.fetchval(sql))
        finally:
            await connection.close()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _archive(self) -> Path:
        return self.folder / "archive"

    @property
    def _backup(self) -> Path:
        return self.folder / "backup"
