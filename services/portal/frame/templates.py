"""The templates of all pages: those of the frame, of each area, and the macros of the NHS's design system."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, Undefined
from jinja2.utils import missing
from markupsafe import Markup

from services.portal.frame import dates
from services.portal.frame.assets import asset
from services.portal.frame.bars import Bar
from services.portal.frame.states import state

HERE = Path(__file__).parent / "templates"


class Missing(ChainableUndefined):
    """Silent for what macros of the design system ask of their parameters, loud where our own print a wrong name."""

    def __str__(self) -> str:
        if self._undefined_obj is missing or not isinstance(self._undefined_obj, dict | Undefined):
            self._fail_with_undefined_error()
        return ""

    def __html__(self) -> str:
        return str(self)


def templates(areas: Iterable[Path] = (), *, development: bool = False) -> Environment:
    """Ours first; whatever they print is escaped, unless a macro made it."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader([HERE, *areas]), PackageLoader("nhsuk_frontend_jinja")]),
        undefined=Missing,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    known: dict[str, Any] = {**_GLOBALS, "development": development}
    environment.globals.update(known)
    environment.filters.update(_FILTERS)
    return environment


def number(count: int) -> str:
    """`4,116`; a nought too, which macros of the design system would leave out."""
    return f"{count:,}"


def counted(count: int, noun: str) -> str:
    """`1 event`, `4,116 events`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def lines(text: str) -> Markup:
    """Text as it was typed, its line breaks kept."""
    return Markup("<br>").join(text.splitlines())


def options(choices: Iterable[tuple[str, ...]]) -> list[dict[str, str]]:
    """Choices as macros of the design system take them: value and text, and a hint where there is a third."""
    return [dict(zip(("value", "text", "hint"), choice, strict=False)) for choice in choices]


_FILTERS: dict[str, Any] = {
    "day": dates.day,
    "clock": dates.clock,
    "moment": dates.moment,
    "span": dates.span,
    "number": number,
    "counted": counted,
    "lines": lines,
    "options": options,
}
_GLOBALS: dict[str, Any] = {"asset": asset, "Bar": Bar, "new_key": lambda: str(uuid4()), "state": state}
