"""The academy's reach over a period, in exact counts; disclosure control comes after, at the report's edge.

An intervention is a cohort whose first held session starts in the period. An enrolment is a place held when that
cohort started. Attended on the day is live or part over the held sessions of the people enrolled in them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from services.enrolment.reporting.domain.periods import Period

Dimension = Literal["all", "programme", "family", "system", "role_group", "gender", "ethnicity"]
Beside = Literal["waiting", "withdrawals", "missed"]

LineName = tuple[Dimension | Beside, str]
"""A line of the published report: which breakdown, and whose; (`waiting`, `all`) for a count that stands alone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is counted of the places with one attribute; `session_places` is the base of attendance."""

    dimension: Dimension
    code: str
    enrolments: int
    people: int
    session_places: int
    attended: int
    live: int


@dataclass(frozen=True, slots=True)
class ProgrammeTotals:
    """A programme in the period: cohorts that started in it, and cohorts opened in it for a later time."""

    programme_code: str
    family: str
    title: str
    interventions: int
    planned_cohorts: int
    planned_places: int | None


@dataclass(frozen=True, slots=True)
class Queue:
    """Who still waits for interventions of the period, and places given up in the period."""

    waiting: int
    withdrawals: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What was opened in the period and starts outside it; `max_places` is the largest cohort, None is not told."""

    family: str
    programmes: int
    cohorts: int
    max_places: int | None


@dataclass(frozen=True, slots=True)
class Reach:
    """The facts of a period, counted once; every figure of a report is derived from them."""

    period: Period
    cells: Sequence[Cell]
    deliveries: Sequence[ProgrammeTotals]
    system_names: Sequence[tuple[str, str]]
    queue: Queue

    @property
    def figures(self) -> "Reach":
        """The same without what programmes and systems are called: a new name corrects no figure."""
        deliveries = [replace(delivery, title="") for delivery in self.deliveries]
        return replace(self, deliveries=deliveries, system_names=[(code, "") for code, _ in self.system_names])

    @property
    def interventions(self) -> int:
        """Cohorts that started in the period."""
        return sum(delivery.interventions for delivery in self.deliveries)

    @property
    def total(self) -> Cell:
        """Everything together."""
        return self.cell("all", "all")

    def cell(self, dimension: Dimension, code: str) -> Cell:
        """One attribute's counts; an attribute nobody has counts nothing."""
        found = (cell for cell in self.cells if (cell.dimension, cell.code) == (dimension, code))
        return next(found, Cell(dimension, code, 0, 0, 0, 0, 0))

    def breakdown(self, dimension: Dimension) -> list[Cell]:
        """Every cell of one dimension, in the order of codes."""
        return sorted((cell for cell in self.cells if cell.dimension == dimension), key=lambda cell: cell.code)

    def delivered(self) -> Iterator[tuple[str, list[ProgrammeTotals]]]:
        """Programmes with interventions in the period, by family."""
        done = (delivery for delivery in self.deliveries if delivery.interventions)
        return ((family, list(members)) for family, members in groupby(done, lambda delivery: delivery.family))

    def planned(self) -> list[Planned]:
        """Cohorts opened in the period whose first session lies outside it, by family."""
        later = (delivery for delivery in self.deliveries if delivery.planned_cohorts)
        return [_plan(family, list(members)) for family, members in groupby(later, lambda delivery: delivery.family)]


def _plan(family: str, deliveries: Sequence[ProgrammeTotals]) -> Planned:
    cohorts = sum(delivery.planned_cohorts for delivery in deliveries)
    return Planned(family, len(deliveries), cohorts, max(delivery.planned_places or 0 for delivery in deliveries))
