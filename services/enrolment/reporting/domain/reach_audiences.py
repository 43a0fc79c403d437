"""How an audience sees what was counted: exactly inside the academy, after disclosure control everywhere else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, Protocol

from services.enrolment.reporting.domain.closed_periods import kind_of
from services.enrolment.reporting.domain.reach import Cell, Dimension, LineName, Planned, Reach
from services.enrolment.reporting.domain.reach_figures import NEVER_DISCLOSED, REVIEWED, TOTAL
from services.enrolment.reporting.domain.snapshots import Snapshot
from shared.disclosure.rules import HIDDEN, SMALL, rounded, whole_percent

Count = Literal["enrolments", "people", "session_places", "attended", "live"]

Profile = Literal["annual_review", "standard"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What an audience sees of one line: what it is told of any line, or why not."""

    enrolments: int | None
    people: int | None
    session_places: int | None
    attended: int | None
    live: int | None
    hidden: str | None = None


_NOTHING = Figures(None, None, None, None, None, HIDDEN)


class Eyes(Protocol):
    """An audience's."""

    def figures(self, cell: Cell) -> Figures:
        """The line's counts."""
        ...

    def percent(self, cell: Cell, count: Count, base: Count) -> float | None:
        """The line's count over a count of everything; None where one is hidden, or there is nothing to share."""
        ...

    def people(self, name: LineName, people: int, /) -> int | None:
        """A count that stands alone."""
        ...

    def planned(self, planned: Planned) -> Planned:
        """What is to come."""
        ...


@dataclass(frozen=True, slots=True)
class Inside:
    """Nothing is hidden, nothing is rounded."""

    reach: Reach

    def figures(self, cell: Cell) -> Figures:
        """As counted."""
        return Figures(cell.enrolments, cell.people, cell.session_places, cell.attended, cell.live)

    def percent(self, cell: Cell, count: Count, base: Count) -> float | None:
        """Unrounded."""
        whole: int = getattr(self.reach.total, base)
        return 100 * getattr(cell, count) / whole if whole else None

    def people(self, _name: LineName, people: int, /) -> int | None:
        """As counted."""
        return people

    def planned(self, planned: Planned) -> Planned:
        """With its places."""
        return planned


@dataclass(frozen=True, slots=True)
class Public:
    """What is not hidden is rounded; of a financial year the review's own figures are exact."""

    snapshot: Snapshot
    profile: Profile

    def figures(self, cell: Cell) -> Figures:
        """Rounded to the nearest five, all of them or none; of attendance only shares.

        How many sessions a cohort had anybody may read: session places tell how many people it had.
        """
        name = (cell.dimension, cell.code)
        if name in self.snapshot.hidden:
            return _NOTHING
        exact = name == TOTAL and self._is_review
        return Figures(cell.enrolments if exact else rounded(cell.enrolments), rounded(cell.people), None, None, None)

    def percent(self, cell: Cell, count: Count, base: Count) -> int | None:
        """Whole, of rounded figures; a part that was rounded up is no more than a whole that was rounded down."""
        if (count, base) in _REVIEWED_SHARES[cell.dimension == "all"] and self._is_reviewed(cell):
            return whole_percent(getattr(cell, count), getattr(self.snapshot.reach.total, base))
        if not self.snapshot.hidden.isdisjoint({(cell.dimension, cell.code), TOTAL}):
            return None
        part, whole = rounded(getattr(cell, count)), rounded(getattr(self.snapshot.reach.total, base))
        return whole_percent(min(part, whole), whole)

    def people(self, name: LineName, people: int, /) -> int | None:
        """Rounded, or hidden."""
        return None if name in self.snapshot.hidden else rounded(people)

    def planned(self, planned: Planned) -> Planned:
        """Places as the review prints them: of a cohort that is said to be full they are its people."""
        told = self._is_review and planned.max_places is not None and planned.max_places > SMALL
        return planned if told else replace(planned, max_places=None)

    def breakdown(self, dimension: Dimension) -> Iterator[tuple[str, int | None]]:
        """The people of every line that is ever disclosed."""
        for cell in self.snapshot.reach.breakdown(dimension):
            if (cell.dimension, cell.code) not in NEVER_DISCLOSED:
                yield cell.code, self.figures(cell).people

    @property
    def _is_review(self) -> bool:
        """Two exact figures of a year that differ by a correction would tell who was corrected: there is one."""
        is_year = kind_of(self.snapshot.period) == "financial_year"
        return self.profile == "annual_review" and is_year and self.snapshot.revision == 1

    def _is_reviewed(self, cell: Cell) -> bool:
        name = (cell.dimension, cell.code)
        return self._is_review and name in REVIEWED and self.snapshot.hidden.isdisjoint({name, TOTAL})


_REVIEWED_SHARES: Mapping[bool, frozenset[tuple[Count, Count]]] = MappingProxyType(
    {True: frozenset({("attended", "session_places")}), False: frozenset({("enrolments", "enrolments")})}
)
"""Of everything, and of a line: the shares that the review prints."""
