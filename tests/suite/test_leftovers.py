"""A run ends what it left behind, also when it is killed."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.suite.runs import environment
from tests.support import leftovers

EARLY = """
import pathlib
from tests.support.folders import folder_anyone_may_cross

def pytest_configure():
    global folder
    folder = folder_anyone_may_cross()
    pathlib.Path("early").write_text(str(folder.__enter__()))
"""
SUITE = """
import os, pathlib, signal, subprocess, sys
from tests.support.folders import folder_anyone_may_cross

def test_that_leaves_a_process_and_a_folder():
    orphan = "import os, time; os.fork() and os._exit(0); open('pid', 'w').write(str(os.getpid())); time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", orphan], start_new_session=True).wait()
    while not (pathlib.Path("pid").exists() and pathlib.Path("pid").read_text()):
        pass
    with folder_anyone_may_cross() as folder:
        pathlib.Path("folder").write_text(str(folder))
        END
"""


@pytest.mark.parametrize("end", ["pass", "os.kill(os.getpid(), signal.SIGKILL)"], ids=["to its end", "killed"])
def test_nothing_is_left_of_a_run(tmp_path: Path, end: str) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE.replace("END", end))
    (tmp_path / "early_plugin.py").write_text(EARLY)
    command = [sys.executable, "-m", "pytest", "-q", "-p", leftovers.__name__, "-p", "early_plugin"]
    run = subprocess.run(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == (0 if end == "pass" else -signal.SIGKILL)
    left = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 60
    folders = [Path((tmp_path / name).read_text()) for name in ("early", "folder")]
    while (psutil.pid_exists(left) or any(folder.exists() for folder in folders)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(left)
    assert not any(folder.exists() for folder in folders)
    assert f"left over by the run of tests: {left} " in run.stderr
