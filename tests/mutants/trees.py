"""A copy of the tree in which wrong designs are put in and taken out again."""

import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.patches import Mutant
from tests.support import leftovers

ROOT = Path(__file__).parents[2]

_CONTEXT = "-C1"
"""Lines of context that must still be there: the code around a wrong design may change without ending the patch."""


class DoesNotApply(Exception):
    """The code has moved on: the patch is to be written anew against what stands there now."""


@contextmanager
def copy_of_the_tree() -> Generator[Path]:
    """Everything that git knows or would take, in a folder of its own; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=leftovers.prefix(), ignore_cleanup_errors=True) as folder:
        copy = Path(folder)
        for name in _git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, copy / name)
        yield copy


@contextmanager
def mutated(tree: Path, mutant: Mutant) -> Generator[None]:
    """The tree with the wrong design in it; DoesNotApply when the patch does not fit."""
    apply(tree, mutant)
    try:
        yield
    finally:
        apply(tree, mutant, "--reverse")


def apply(tree: Path, mutant: Mutant, *options: str) -> None:
    """Put the wrong design in (or try to: `--check`); DoesNotApply when the patch does not fit."""
    try:
        _git(tree, "apply", _CONTEXT, *options, str(mutant.path.resolve()))
    except subprocess.CalledProcessError as error:
        raise DoesNotApply(error.stderr.strip()) from error


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout
