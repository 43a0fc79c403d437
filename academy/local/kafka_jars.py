"""Kafka's jars, held on every start against the hashes kept in this repository."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from academy.local.processes import PartFailed

VERSION = "4.3.1"
PINNED = Path(__file__).with_name("kafka.sha256")


class KafkaTampered(PartFailed):
    """A jar is not the one this repository names."""


def pinned_hashes() -> dict[str, str]:
    """File name → SHA-256, as `sha256sum` writes them."""
    rows = (line.split() for line in PINNED.read_text().splitlines())
    return {name: digest for digest, name in rows}


def jars_folder(downloads: Path) -> Path:
    """Where the jars of this version lie."""
    return downloads / f"kafka-{VERSION}"


def are_cached(downloads: Path) -> bool:
    """Whether every jar is here; says nothing of what is in them."""
    folder = jars_folder(downloads)
    return all((folder / name).is_file() for name in pinned_hashes())


def verified_jars(downloads: Path) -> list[Path]:
    """Every jar of the list; a stranger's content never reaches the class path."""
    folder, pinned = jars_folder(downloads), pinned_hashes()
    check_hashes(folder, pinned)
    return [folder / name for name in sorted(pinned)]


def check_hashes(folder: Path, pinned: Mapping[str, str]) -> None:
    """Names every file that differs from its pinned hash or is missing."""
    wrong = [name for name, digest in pinned.items() if _sha256(folder / name) != digest]
    if wrong:
        raise KafkaTampered(
            f"{', '.join(sorted(wrong))} in {folder}: not the content pinned in {PINNED.name}. "
            "Delete that folder and start again; if it persists, do not run it."
        )


def _sha256(file: Path) -> str | None:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return None
