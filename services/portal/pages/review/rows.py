"""What was published of a year beside what the services report: the rows the last review wrote."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, TypeAdapter

Cell: TypeAlias = str | float | int | None
NOT_CARRIED = "not carried yet"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "value": "Equal",
        "derived": "Equal",
        "at_least": "At least",
        "max": "At most",
        "fact": "Yes or no",
        "count": "Counted only",
    }
)
"""How a published figure is met."""


class Row(BaseModel):
    """A line of the review; `matches` is none where there is nothing to hold it against."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    figure: str
    kind: str
    published: Cell
    expected: Cell
    reproduced: Cell
    other_bases: str | None
    to_the_public: Cell
    matches: bool | None
    source: str | None = None

    @property
    def verdict(self) -> str:
        """Of the words for verdicts in `frame/states.py`."""
        if self.matches is None:
            return "not_carried" if self.reproduced == NOT_CARRIED else "no_verdict"
        return "matches" if self.matches else "differs"

    @property
    def met(self) -> str:
        """When the figure counts as reproduced."""
        return KINDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Review:
    """All rows: first those of what was published, then mails and events, of which nothing was."""

    rows: Sequence[Row]

    @property
    def published(self) -> Sequence[Row]:
        """Figures of the published review."""
        return [row for row in self.rows if row.published is not None]

    @property
    def beside(self) -> Sequence[Row]:
        """What the platform counts besides."""
        return [row for row in self.rows if row.published is None]

    def lines(self) -> Iterator[Sequence[Cell]]:
        """Of a file, under `HEADER`."""
        return (tuple(row.model_dump().values()) for row in self.rows)

    @property
    def headline(self) -> str:
        """The finding, in a sentence."""
        held = [row for row in self.rows if row.matches is not None]
        later = sum(row.verdict == "not_carried" for row in self.rows)
        told = f"{sum(bool(row.matches) for row in held)} of {len(held)} figures match"
        return f"{told}; {later} not carried yet." if later else f"{told}."


HEADER = tuple(Row.model_fields)
_ROWS = TypeAdapter(list[Row])


def written(file: Path | None) -> Review:
    """As the last review wrote it; without rows before the first one."""
    try:
        return Review(_ROWS.validate_json(file.read_bytes()) if file else ())
    except FileNotFoundError:
        return Review(())
