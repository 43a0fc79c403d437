"""Template files, one a purpose, read once at the start."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from services.notifications.channels.domain import letters
from services.notifications.channels.domain.templates import Template
from services.notifications.messages.domain.messages import Purpose

FOLDER = Path(__file__).parents[1] / "templates"


def load(folder: Path = FOLDER) -> Mapping[Purpose, Template]:
    """Every template, checked; TemplateBroken or FileNotFoundError keeps a service with a bad one from starting."""
    texts = {p: (folder / f"{p}.txt").read_text(encoding="utf-8") for p in Purpose}
    templates = {p: Template.parse(p, text) for p, text in texts.items()}
    letters.check(templates)
    return MappingProxyType(templates)
