import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from academy.local.processes import Child, Command, PartFailed, is_same_process, start_time, stop_process
from academy.local.state import State, StateFolder
from academy.local.supervisor import Silent, Supervisor, Tier
from tests.support.delivery import PATIENCE, eventually

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)


def a_command(tmp_path: Path, *argv: str, grace_seconds: float = PATIENCE) -> Command:
    return Command("sleeper", argv or ("sleep", "600"), tmp_path / "log", dict(os.environ), grace_seconds=grace_seconds)


def a_supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor(StateFolder(tmp_path), State(), Silent())


async def test_a_child_is_asked_to_stop_first(tmp_path: Path) -> None:
    child = Child(a_command(tmp_path))
    await child.stop()
    assert child.exit_code == -signal.SIGTERM


async def test_a_child_that_does_not_listen_is_killed_after_its_grace(tmp_path: Path) -> None:
    child = Child(a_command(tmp_path, sys.executable, "-c", STUBBORN, grace_seconds=0.3))
    await eventually(lambda: "deaf" in (tmp_path / "log").read_text())
    await child.stop()
    assert child.exit_code == -signal.SIGKILL


async def test_a_frozen_child_can_still_be_stopped(tmp_path: Path) -> None:
    child = Child(a_command(tmp_path))
    child.signal(signal.SIGSTOP)
    await child.stop()
    assert child.exit_code == -signal.SIGTERM


async def test_stopping_takes_the_grandchildren_too(tmp_path: Path) -> None:
    child = Child(a_command(tmp_path, "sh", "-c", "sleep 600 & echo $!; wait"))
    await eventually(lambda: (tmp_path / "log").read_text().strip())
    grandchild = int((tmp_path / "log").read_text())
    await child.stop()
    await eventually(lambda: not _runs(grandchild))


async def test_a_reused_pid_is_not_taken_for_ours(tmp_path: Path) -> None:
    child = Child(a_command(tmp_path))
    earlier = child.started_at - timedelta(minutes=5)
    assert is_same_process(child.pid, child.started_at)
    assert not is_same_process(child.pid, earlier)
    assert not await stop_process(child.pid, earlier, grace_seconds=1)
    assert child.exit_code is None
    await child.stop()


async def test_a_process_that_is_gone_needs_no_stopping(tmp_path: Path) -> None:
    child = Child(a_command(tmp_path))
    await child.stop()
    assert start_time(child.pid) is None
    assert not await stop_process(child.pid, child.started_at, grace_seconds=1)


async def test_a_child_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    orphan = _orphan(tmp_path)
    await eventually(lambda: not _runs(orphan))


PARENT = """
import os, sys, time
from pathlib import Path
from academy.local.processes import Child, Command
child = Child(Command("sleeper", ("sleep", "600"), Path(sys.argv[1]) / "log", dict(os.environ)))
print(child.pid, flush=True)
time.sleep(600)
"""


class Listener(Silent):
    """Remembers the pauses that people were told of."""

    def __init__(self) -> None:
        self.delays: list[float] = []

    def part_died(self, name: str, exit_code: int, delay: float) -> None:
        del name, exit_code
        self.delays.append(delay)


async def test_a_dead_child_is_started_again_with_a_pause_that_grows(tmp_path: Path) -> None:
    listener = Listener()
    supervisor = Supervisor(StateFolder(tmp_path), State(), listener)
    supervisor.start(a_command(tmp_path), {"sleeper": "nowhere"}, Tier.SERVICES)
    watching = asyncio.create_task(supervisor.watch())
    began = asyncio.get_running_loop().time()
    for _ in range(2):
        dead = supervisor.pid("sleeper")
        supervisor.kill("sleeper", signal.SIGKILL)
        await eventually(lambda dead=dead: supervisor.pid("sleeper") != dead)
    watching.cancel()
    await supervisor.stop()
    assert listener.delays == [0.5, 1.0]
    assert asyncio.get_running_loop().time() - began >= 1.5


async def test_the_state_names_the_child_that_runs_now(tmp_path: Path) -> None:
    supervisor = a_supervisor(tmp_path)
    supervisor.start(a_command(tmp_path), {"sleeper": "nowhere"}, Tier.SERVICES)
    await supervisor.restart("sleeper")
    assert StateFolder(tmp_path).read().parts["sleeper"].pid == supervisor.pid("sleeper")
    await supervisor.stop()


async def test_a_part_that_ends_before_it_is_ready_fails_with_the_end_of_its_log(tmp_path: Path) -> None:
    supervisor = a_supervisor(tmp_path)
    supervisor.start(a_command(tmp_path, "sh", "-c", "echo no such disk; exit 3"), {}, Tier.INFRASTRUCTURE)
    with pytest.raises(PartFailed, match=r"(?s)code 3.*no such disk"):
        await supervisor.wait_until("sleeper", asyncio.sleep(3600))


async def test_a_one_off_job_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(PartFailed, match=r"(?s)code 4.*disk full"):
        await a_supervisor(tmp_path).run_job(a_command(tmp_path, "sh", "-c", "echo disk full; exit 4"))


async def test_a_one_off_job_cut_short_leaves_no_process(tmp_path: Path) -> None:
    job = asyncio.create_task(a_supervisor(tmp_path).run_job(a_command(tmp_path, "sh", "-c", "echo $$; sleep 600")))
    await eventually(lambda: (tmp_path / "log").exists() and (tmp_path / "log").read_text().strip())
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert not _runs(int((tmp_path / "log").read_text()))


def _orphan(tmp_path: Path) -> int:
    """The pid of a child whose parent was killed."""
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        orphan = int(parent.stdout.readline())
        parent.kill()
    return orphan


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
