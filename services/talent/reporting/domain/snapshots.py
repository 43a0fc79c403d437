"""The pools at a month's end as they were published, and what of them is not disclosed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.talent.reporting.domain.pool_figures import TOTAL, Breakdown, LineName, Table, cell_line, margin_line
from services.talent.reporting.domain.pools import CROSSED, DIMENSIONS, Cell, Dimension, Pools, PoolTable
from shared.disclosure.rules import ALL, rounded


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was counted when the month was closed; a correction makes the next revision, at most one a month."""

    pools: Pools
    hidden: frozenset[LineName]
    revision: int
    published_at: datetime

    @property
    def period(self) -> date:
        """Of which month, told by its last day."""
        return self.pools.period

    @property
    def figures(self) -> Mapping[Cell, int]:
        """What was counted."""
        return self.pools.figures

    @property
    def merged(self) -> set[Breakdown]:
        """The breakdowns that are not disclosed: most of their lines would be hidden."""
        return Table.of(self.pools).mostly(self.hidden)

    @property
    def people(self) -> int | None:
        """Everyone; None is hidden, here as below."""
        return self._disclose(TOTAL, self.pools.people)

    def margin(self, dimension: Dimension) -> dict[str, int | None]:
        """People by one attribute alone; merged they are all of one code."""
        if (dimension,) in self.merged:
            return {ALL: self.people}
        counts = self.pools.by(dimension).items()
        return {code: self._disclose(margin_line(dimension, code), people) for code, people in counts}

    def cells(self, *crossed: Dimension) -> dict[Cell, int | None]:
        """People by readiness, or by readiness and one more; merged they are none."""
        if ("readiness", *crossed) in self.merged:
            return {}
        counts = self.pools.crossed(*crossed).items()
        return {cell: self._disclose(cell_line(cell), people) for cell, people in counts}

    def of_system(self, system: str) -> int | None:
        """How many one system has."""
        margin = self.margin("system")
        return None if ALL in margin else margin.get(system, 0)

    def disclosed(self) -> PoolTable:
        """The pools as anyone may read them: no breakdown has more than two dimensions."""
        margins: dict[Dimension, Mapping[str, int | None]] = {
            dimension: self.margin(dimension) for dimension in DIMENSIONS
        }
        cells = {cell: people for dimension in CROSSED for cell, people in self.cells(dimension).items()}
        return PoolTable(self.pools.as_at, self.people, cells, margins, self.revision, self.published_at)

    def _disclose(self, name: LineName, people: int) -> int | None:
        return None if name in self.hidden else rounded(people)
