"""Files that are made from the code: a command line that writes them, or tells which are out of date."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

Made = Callable[[Path], Mapping[str, str]]
"""What the files below that folder should say, by their paths in it."""


def write_or_check(program: str, about: str, made: Made) -> int:
    """For `FOLDER [--check]`: exit 0 written or current, 1 out of date."""
    parser = argparse.ArgumentParser(prog=program, description=about)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; tell what is out of date")
    chosen = parser.parse_args()
    files = {chosen.folder / name: text for name, text in made(chosen.folder).items()}
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    if chosen.check:
        sys.stderr.writelines(f"{path} is out of date: run make docs\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path])
    return 0
