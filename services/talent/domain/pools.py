"""The pools as counts of people: as they stood on a day, as far as it was known at a moment."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from services.talent.domain.assessments import Readiness
from shared.errors import Invalid
from shared.london import day_of

Dimension = Literal["readiness", "professional_group", "system", "service_type"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


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


@dataclass(frozen=True, slots=True)
class Cell:
    """The attributes members of one cell share."""

    readiness: Readiness
    professional_group: str
    system: str
    service_type: str


@dataclass(frozen=True, slots=True)
class Pools:
    """Exact counts; a cell nobody is in is not there."""

    as_at: AsAt
    cells: Mapping[Cell, int]

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

    def of_system(self, system: str) -> dict[Cell, int]:
        """The cells of one system."""
        return {cell: people for cell, people in self.cells.items() if cell.system == system}


@dataclass(frozen=True, slots=True)
class PoolTable:
    """The pools as they may be printed; None is hidden. The total is exact."""

    as_at: AsAt
    people: int
    cells: Mapping[Cell, int | None]
    margins: Mapping[Dimension, Mapping[str, int | None]]


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The systems whose pools were announced, and what was counted."""

    as_at: date
    known_at: datetime
    systems: tuple[str, ...]
