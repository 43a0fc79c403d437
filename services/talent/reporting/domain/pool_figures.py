"""The pools at a month's end as lines of figures, and what anybody knows of how they hang together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.talent.reporting.domain.closed_months import month_before
from services.talent.reporting.domain.pools import CROSSED, DIMENSIONS, Cell, Dimension, Pools
from shared.disclosure.publication import AtLeast, Decision, Line, Relation, Sum, since
from shared.disclosure.rules import ALL, is_small

LineName = tuple[tuple[Dimension, str], ...]
"""What those counted in a line have in common; nothing: everybody."""

TOTAL: LineName = ()

Breakdown = tuple[Dimension, ...]

BREAKDOWNS: tuple[Breakdown, ...] = (*((d,) for d in DIMENSIONS), *(("readiness", d) for d in CROSSED))
"""What is disclosed beside the total: two attributes at most."""

LineId = tuple[date, LineName, int]
"""The number is the revision since which the line counts what it counts: a correction makes another line.

A line is its one figure.
"""

Known = Relation[LineId]


def margin_line(dimension: Dimension, code: str) -> LineName:
    """The line of one attribute."""
    return ((dimension, code),)


def cell_line(cell: Cell) -> LineName:
    """The line of a cell."""
    return tuple((dimension, code) for dimension in DIMENSIONS if (code := getattr(cell, dimension)) != ALL)


def breakdown_of(name: LineName) -> Breakdown:
    """By what its breakdown tells people apart."""
    return tuple(dimension for dimension, _ in name)


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one month's end."""

    day: date
    lines: Mapping[LineName, int]
    since: Mapping[LineName, int]

    @classmethod
    def of(cls, pools: Pools, revision: int = 1, before: "Table | None" = None) -> "Table":
        """Everything that may be disclosed of the pools; `before` is the revision before."""
        lines: dict[LineName, int] = {TOTAL: pools.people}
        for dimension in DIMENSIONS:
            lines |= {margin_line(dimension, code): people for code, people in pools.by(dimension).items()}
        for dimension in CROSSED:
            crossed = pools.crossed(dimension)
            lines |= {cell_line(cell): people for cell, people in crossed.items()}
        counted = since(lines, revision, (before.lines, before.since) if before else None)
        return cls(pools.as_at.day, lines, counted)

    def id_of(self, name: LineName) -> LineId:
        """The line of that name."""
        return self.day, name, self.since[name]

    def of_breakdown(self, breakdown: Breakdown) -> list[LineName]:
        """Its lines; a code nobody has is none."""
        return [name for name in self.lines if breakdown_of(name) == breakdown]

    def open_lines(self) -> Iterator[tuple[LineId, Line[LineId]]]:
        """Every line as nothing is decided of it yet; a breakdown of small numbers is not disclosed at all."""
        few = self.mostly({name for name, people in self.lines.items() if is_small(people)})
        for name, people in self.lines.items():
            decision: Decision = "undisclosed" if breakdown_of(name) in few else "open"
            yield self.id_of(name), Line({self.id_of(name): people}, decision=decision, dear=name == TOTAL)

    def mostly(self, names: set[LineName] | frozenset[LineName]) -> set[Breakdown]:
        """The breakdowns of which these are more than half."""
        every = ((breakdown, self.of_breakdown(breakdown)) for breakdown in BREAKDOWNS)
        return {breakdown for breakdown, lines in every if 2 * len(names.intersection(lines)) > len(lines)}

    def merged_upwards(self, hidden: frozenset[LineName]) -> frozenset[LineName]:
        """With all lines of the breakdowns that would be hidden mostly."""
        return hidden.union(*(self.of_breakdown(breakdown) for breakdown in self.mostly(hidden)))

    def relations(self) -> Iterator[Known]:
        """What is known within the month: everybody has one code of each dimension."""
        for dimension in DIMENSIONS:
            yield self._sum(TOTAL, self.of_breakdown((dimension,)))
        for dimension in CROSSED:
            crossed = self.of_breakdown(("readiness", dimension))
            for margin in (*self.of_breakdown(("readiness",)), *self.of_breakdown((dimension,))):
                yield self._sum(margin, [name for name in crossed if margin[0] in name])

    def _sum(self, whole: LineName, parts: list[LineName]) -> Known:
        return Sum(self.id_of(whole), tuple(self.id_of(part) for part in parts))


def over_time(tables: Mapping[date, Table]) -> Iterator[Known]:
    """What is known between months: nobody leaves the pools, and hardly anybody another position."""
    for day, table in tables.items():
        before = tables.get(month_before(day))
        for name in table.lines if before else ():
            if before and name in before.lines and "readiness" not in breakdown_of(name):
                yield AtLeast(table.id_of(name), (before.id_of(name),))
