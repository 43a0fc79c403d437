"""The one door to the terminal: a string is somebody's text, shown as it stands and never obeyed.

Events, keys, errors and reasons come from elsewhere. A terminal would take their control characters for orders, and
rich their brackets for markup.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from shared.text import escaped

Cell: TypeAlias = str | Text
"""What stands in a table: text, or something `coloured` where it has a colour."""


class Screen(Console):
    """A console on which a string, printed or in a table, is one line: no markup, no emoji code, no control character.

    Colours come from `coloured`; each further line is a string of its own.
    """

    def render_str(self, text: str, **wanted: Any) -> Text:
        """The string with escapes; before rich can read it or leave anything of it out."""
        wanted["emoji"] = wanted["markup"] = False
        return super().render_str(escaped(text), **wanted)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Whatever else is drawn has its styles and line breaks; another control character is none of ours."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(_lines(segment.text), segment.style)


def coloured(*parts: str | tuple[str, str]) -> Text:
    """Texts side by side, each as it stands; a pair is a text and its style."""
    return Text.assemble(*(escaped(part) if isinstance(part, str) else (escaped(part[0]), part[1]) for part in parts))


def _lines(text: str) -> str:
    return "\n".join(map(escaped, text.split("\n")))
