"""The pools as counts of people: as they stood on a day, as far as it was known at a moment."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args

from services.talent.pools.domain.assessments import Readiness
from shared.disclosure.rules import ALL
from shared.errors import Invalid
from shared.london import day_of

Dimension = Literal["readiness", "professional_group", "system", "service_type"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
CROSSED: tuple[Dimension, ...] = ("professional_group", "system", "service_type")
"""What readiness is crossed with in published figures, each apart."""


class DayAhead(Invalid):
    """Nobody can count the pools as at a day, or with a knowledge, yet to come."""

    code = "day_ahead"


@dataclass(frozen=True, slots=True)
class AsAt:
    """Both sides of a bitemporal question; asked twice, it is answered alike."""

    day: date
    known_at: datetime

    @classmethod
    def asked(cls, day: date | None, known_at: datetime | None, *, now: datetime) -> "AsAt":
        """What is not said means now; DayAhead for what has not come."""
        as_at = cls(day or day_of(now), known_at or now)
        if as_at.day > day_of(now) or as_at.known_at > now:
            raise DayAhead("the pools can be counted up to today only")
        return as_at


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """The attributes members of one cell share; `all` of what it is not told apart by."""

    readiness: Readiness
    professional_group: str
    system: str
    service_type: str

    def merged(self, *kept: Dimension) -> "Cell":
        """The cell it lies in when readiness and what is `kept` alone are told apart."""
        return replace(self, **{d: ALL for d in CROSSED if d not in kept})


@dataclass(frozen=True, slots=True)
class Pools:
    """Exact counts; a cell nobody is in is not there."""

    as_at: AsAt
    cells: Mapping[Cell, int]

    @property
    def period(self) -> date:
        """The day; of published figures a month's last."""
        return self.as_at.day

    @property
    def figures(self) -> Mapping[Cell, int]:
        """Without since when they are known."""
        return self.cells

    @property
    def people(self) -> int:
        """Everyone, each once."""
        return sum(self.cells.values())

    def by(self, dimension: Dimension) -> dict[str, int]:
        """People by one attribute alone."""
        counts: Counter[str] = Counter()
        for cell, people in self.cells.items():
            counts[getattr(cell, dimension)] += people
        return dict(sorted(counts.items()))

    def crossed(self, *dimensions: Dimension) -> dict[Cell, int]:
        """People by readiness and these attributes."""
        counts: Counter[Cell] = Counter()
        for cell, people in self.cells.items():
            counts[cell.merged(*dimensions)] += people
        return dict(sorted(counts.items()))


@dataclass(frozen=True, slots=True)
class PoolTable:
    """The pools as they may be read; None is hidden. `revision` and `published_at` are of published figures."""

    as_at: AsAt
    people: int | None
    cells: Mapping[Cell, int | None]
    margins: Mapping[Dimension, Mapping[str, int | None]]
    revision: int | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """The systems whose pools were announced, as published."""

    as_at: date
    known_at: datetime
    revision: int
    systems: tuple[str, ...]
