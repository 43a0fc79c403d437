"""What runs where: `.academy/state.json` and the folders beside it."""

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from stat import S_IMODE
from typing import Any, Literal

Source = Literal["embedded", "environment"]
Clock = Literal["system", "replay"]

_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the platform; `pid` and `started_at` are absent where the environment supplies it."""

    address: str
    pid: int | None
    started_at: datetime | None
    source: Source


@dataclass(slots=True)
class State:
    """The running parts by name, whether all of them came up, and the clock this folder's year was lived in."""

    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    ready: bool = False
    clock: Clock | None = None


def state_folder_path(environment: Mapping[str, str]) -> Path:
    """`ACADEMY_STATE`, else `.academy` in the working directory."""
    return Path(environment.get("ACADEMY_STATE") or ".academy").absolute()


class StateFolder:
    """All local state lives under one folder that git ignores and `academy reset` removes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def file(self) -> Path:
        """Who runs where."""
        return self.path / "state.json"

    def create(self) -> None:
        """It holds mails, logs and passwords, so it is nobody else's, and what was left open in it is closed.

        From here on this process and its children write for themselves only. When we are root others may pass through,
        for the database runs as another user.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        os.umask(_OTHERS)
        self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for entry in self.path.iterdir():
            _close(entry)
        self.folder("logs")

    def folder(self, name: str) -> Path:
        """A folder of that name, made when missing."""
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def log(self, name: str) -> Path:
        """The log of that part."""
        return self.folder("logs") / f"{name}.log"

    def read(self) -> State:
        """The state last written; an empty one where nothing was."""
        try:
            document = json.loads(self.file.read_text())
        except FileNotFoundError:
            return State()
        parts = {name: _part(row) for name, row in document.get("parts", {}).items()}
        return State(parts, ready=bool(document.get("ready")), clock=document.get("clock"))

    def write(self, state: State) -> None:
        """Replaced in one step, so a reader never sees half a file."""
        rows = {name: asdict(part) | {"started_at": _text(part.started_at)} for name, part in state.parts.items()}
        document = {"parts": rows, "ready": state.ready, "clock": state.clock}
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(document, indent=2) + "\n")
        draft.replace(self.file)

    def secret(self, name: str) -> str:
        """A random password, made at first use and readable by its owner only."""
        file = self.folder("secrets") / name
        if not file.exists():
            write_private(file, secrets.token_urlsafe(24))
        return file.read_text()


def write_private(file: Path, text: str) -> None:
    """Readable by its owner only, from before there is anything in it."""
    descriptor = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    os.fchmod(descriptor, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)


def _close(entry: Path) -> None:
    """To all but its owner; what is another's is left to them, the folder around it is closed."""
    with suppress(PermissionError):
        if not entry.is_symlink():
            entry.chmod(S_IMODE(entry.stat().st_mode) & ~_OTHERS)


def _part(row: dict[str, Any]) -> Part:
    started_at = row["started_at"]
    return Part(
        address=row["address"],
        pid=row["pid"],
        started_at=None if started_at is None else datetime.fromisoformat(started_at),
        source=row["source"],
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
