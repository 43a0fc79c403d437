"""Child processes that never outlive the platform: own group, graceful stop, known by pid *and* start time."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
_START_TIME_TOLERANCE_SECONDS = 2.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Account:
    """Another operating-system user to run as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Command:
    """What to run and how it is asked to end; without a log it writes where we do.

    `at_our_death` is what the kernel sends should we be killed.
    """

    name: str
    argv: tuple[str, ...]
    log: Path | None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    account: Account | None = None
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    at_our_death: signal.Signals = signal.SIGKILL
    grace_seconds: float = 30.0


RunJob = Callable[[Command], Awaitable[None]]
"""Runs a command to its end and raises `PartFailed` when it fails."""


class PartFailed(Exception):
    """A part of the platform did not come up; the message says where to look."""


class Child:
    """One running process of the platform."""

    def __init__(self, command: Command) -> None:
        self.command = command
        with nullcontext() if command.log is None else command.log.open("ab") as log:
            self._process = _spawn(command, None if log is None else log.fileno())
        self.started_at = start_time(self._process.pid) or datetime.now(UTC)

    @property
    def pid(self) -> int:
        """Of the process now running."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def listens_on(self, port: int) -> bool:
        """Whether it is this process, or a child of its, that whoever connects to the port would speak to.

        Where the system does not tell us, we believe it.
        """
        try:
            process = psutil.Process(self.pid)
            return any(_listens(member, port) for member in (process, *process.children(recursive=True)))
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True

    def signal(self, number: signal.Signals) -> None:
        """To the whole group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    async def ended(self) -> int:
        """Wait for its end without holding up the loop; the exit code."""
        while (code := self.exit_code) is None:  # noqa: ASYNC110 asyncio's own watcher is bound to one loop, we are not
            await asyncio.sleep(_POLL_SECONDS)
        return code

    async def stop(self) -> None:
        """Ask, wait as long as its grace, then kill the whole group."""
        if self.exit_code is None:
            self._ask()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.ended(), self.command.grace_seconds)
        self.signal(signal.SIGKILL)
        await self.ended()

    def _ask(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, self.command.stop_signal)
            os.kill(self.pid, signal.SIGCONT)


def _listens(process: psutil.Process, port: int) -> bool:
    connections = process.net_connections("tcp")
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)


def start_time(pid: int) -> datetime | None:
    """When that process started; None when there is none."""
    try:
        return datetime.fromtimestamp(psutil.Process(pid).create_time(), UTC)
    except psutil.NoSuchProcess:
        return None


def is_same_process(pid: int, started_at: datetime) -> bool:
    """Pids are reused: a process is ours only if it started when we noted it did."""
    actual = start_time(pid)
    if actual is None or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
        return False
    return abs((actual - started_at).total_seconds()) <= _START_TIME_TOLERANCE_SECONDS


async def stop_process(pid: int, started_at: datetime, *, grace_seconds: float) -> bool:
    """Stop a process that is not our child; False where it had gone already."""
    if not is_same_process(pid, started_at):
        return False
    os.kill(pid, signal.SIGTERM)
    async with asyncio.timeout(grace_seconds + 5):
        deadline = asyncio.get_running_loop().time() + grace_seconds
        while is_same_process(pid, started_at):
            if asyncio.get_running_loop().time() > deadline:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(_POLL_SECONDS)
    return True


def _spawn(command: Command, log: int | None) -> subprocess.Popen[bytes]:
    account = command.account
    return subprocess.Popen(
        command.argv,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=dict(command.environment),
        cwd=command.folder,
        process_group=0,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        # The kernel drops the request at every change of user, hence here: after it, before exec.
        preexec_fn=_die_with_parent(command.at_our_death),  # noqa: PLW1509 - binds before the fork, no locks after
    )


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Linux only; elsewhere the next start finds leftovers by `state.json`."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask_the_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_the_kernel
