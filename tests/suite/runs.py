"""Runs of pytest over a suite written for the purpose, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

from academy.local.layout import ROOT
from tests.support.leftovers import MARK


def environment() -> dict[str, str]:
    """A run of its own, without the plug-ins it has no use for."""
    mine = {name: value for name, value in os.environ.items() if name != MARK and not name.startswith("PYTEST_")}
    return mine | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def python(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`python -m …` in that folder, to its end."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
