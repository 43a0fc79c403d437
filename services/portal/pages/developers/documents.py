"""The API documents of the services, which stand in the image beside the pages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DOCUMENTS = Path(__file__).parents[4] / "docs" / "api"


@dataclass(frozen=True, slots=True)
class Documented:
    """A service, and what it says of itself."""

    name: str
    title: str
    purpose: str


@cache
def documented() -> Sequence[Documented]:
    """Every service that has an API document, by name."""
    return [_read(file) for file in sorted(_DOCUMENTS.glob("*.json"))]


def _read(file: Path) -> Documented:
    info = json.loads(file.read_text())["info"]
    return Documented(file.stem, info["title"], info["description"])
