"""A wrong design as a file: what it is, why it is wrong, which tests kill it, and the diff that makes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
MOST_TESTS = 2


class Unreadable(Exception):
    """A patch lacks part of its header, or nobody named like that exists."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong design; `killed_by` holds pytest node ids."""

    name: str
    design: str
    reason: str
    killed_by: tuple[str, ...]
    path: Path


def mutants(names: Sequence[str] = (), folder: Path = FOLDER) -> list[Mutant]:
    """Those named, or all, by name; Unreadable when one is missing or says too little."""
    found = {path.stem: path for path in sorted(folder.glob("*.patch"))}
    if unknown := sorted(set(names) - found.keys()):
        raise Unreadable(f"no such mutant: {', '.join(unknown)}; there are {', '.join(found)}")
    if not found:
        raise Unreadable(f"there is no patch in {folder}")
    return [read(path) for name, path in found.items() if not names or name in names]


def read(path: Path) -> Mutant:
    header = path.read_text().partition("\n--- ")[0]
    killers = tuple(_values(header, "Killed-by"))
    if not 1 <= len(killers) <= MOST_TESTS:
        raise Unreadable(f"{path.name} names {len(killers)} tests that kill it; one or two are wanted")
    return Mutant(
        path.stem, _sentence(path, header, "Wrong design"), _sentence(path, header, "Why wrong"), killers, path
    )


def _sentence(path: Path, header: str, field: str) -> str:
    sentences = _values(header, field)
    if not sentences:
        raise Unreadable(f"{path.name} has no line `{field}:`")
    return sentences[0]


def _values(header: str, field: str) -> list[str]:
    return [line.partition(":")[2].strip() for line in header.splitlines() if line.startswith(f"{field}:")]
