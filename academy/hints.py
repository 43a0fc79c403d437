"""Hints that name a verb, in the way the command is called where one stands: `academy` is seldom on the path."""

import os
import shutil
import sys
from pathlib import Path

_NAME = "academy"


def as_called(text: str) -> str:
    """The text, of which each `academy …` in backticks can be typed as it stands."""
    return text.replace(f"`{_NAME} ", f"`{program()} ")


def program() -> str:
    """What was typed, or the command beside our interpreter: by its name where that finds it, else by its path."""
    called = Path(sys.argv[0])
    script = called if called.name == _NAME else Path(sys.executable).with_name(_NAME)
    found = shutil.which(_NAME)
    if found and Path(found).resolve() == script.resolve():
        return _NAME
    return _from_here(script.absolute())


def _from_here(script: Path) -> str:
    here = Path(os.path.abspath(script))  # noqa: PTH100 without following links: an environment may be one
    return str(here.relative_to(Path.cwd())) if here.is_relative_to(Path.cwd()) else str(here)
