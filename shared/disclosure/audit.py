"""What a reader can work out: for a figure that is not disclosed, the least and the most it can be.

The reader knows what is disclosed and how figures hang together, and is as clever as linear programming; HiGHS is that.
Source: Hundepool et al., Statistical Disclosure Control (2012), 4.3: the audit of a suppressed table.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

import highspy
import numpy as np

from shared.disclosure.publication import INFINITE, Bounds, Line, Percent, Publication, holds, rows
from shared.disclosure.rules import NEAREST, is_small

F = TypeVar("F", bound=Hashable)
L = TypeVar("L", bound=Hashable)

SAFE_WIDTH = NEAREST
"""A hidden figure may be as many people more or fewer at least: within +/- 2 it would be as good as disclosed."""

_TIGHT = 1e-7


class Audit(Generic[L, F]):
    """The reader's knowledge as a linear programme, a column a figure; a line that is hidden loosens it."""

    def __init__(self, publication: Publication[L, F], hidden: Iterable[L]) -> None:
        self._lines = publication.lines
        self._counts = publication.counts()
        self._line_of = {figure: name for name, line in self._lines.items() for figure in line.counts}
        self._column = {figure: n for n, figure in enumerate(self._counts)}
        self._figures = list(self._column)
        self._most = 10.0 * max([100, *self._counts.values()])
        """So many people are nowhere: in place of no bound at all."""
        self._guarded: set[int] = set()
        self._seen_least = np.full(len(self._column), np.inf)
        self._seen_most = np.full(len(self._column), -np.inf)
        known = [(r, row) for r in publication.relations for row in rows(r) if holds(row, self._counts)]
        self._told_in: dict[int, F] = {n: r.part for n, (r, _) in enumerate(known) if isinstance(r, Percent)}
        """Rows that are disclosed themselves, as per cents, with the figure on whose line each stands."""
        self._solver = self._programme([row for _, row in known])
        for name, line in self._lines.items():
            if name in hidden or line.decision in {"hidden", "withheld", "undisclosed"}:
                self.hide(name)

    def hide(self, name: L) -> None:
        """The line is not disclosed; from now on its figures are to be kept from being worked out."""
        line = self._lines[name]
        for figure, people in line.counts.items():
            self._solver.changeColBounds(self._column[figure], _least(line, people), self._most)
            if line.decision not in {"withheld", "undisclosed"} or is_small(people):
                self._guarded.add(self._column[figure])
        for row, part in self._told_in.items():
            if part in line.counts:
                self._solver.changeRowBounds(row, -INFINITE, INFINITE)

    def tolerate(self, figure: F) -> L | None:
        """It may be worked out. Its line, if that may as well be disclosed then, and is from now on."""
        self._guarded.discard(self._column[figure])
        name = self._line_of[figure]
        line = self._lines[name]
        if line.decision != "open" or line.is_small or not line.counts.keys().isdisjoint(self._told_in.values()):
            return None
        for one in line.counts:
            self._solver.changeColBounds(self._column[one], *line.known(one))
            self._guarded.discard(self._column[one])
        self._seen_least.fill(np.inf)
        self._seen_most.fill(-np.inf)
        return name

    def exposed(self) -> Iterator[tuple[F, set[L]]]:
        """Each guarded figure that can be worked out, and the disclosed lines that give it away."""
        for way in (1, -1):
            self._look(self._guarded, way)
        for column in sorted(self._guarded):
            if not self._is_wide(column):
                most, least = (self._look((column,), way) for way in (1, -1))
                if not self._is_wide(column):
                    figure = self._figures[column]
                    yield figure, {self._line_of[one] for one in most | least if one != figure}

    def _look(self, columns: Iterable[int], way: int) -> set[F]:
        """Take the sum of the columns to its most (1) or its least (-1); the figures that stopped it there."""
        costs = np.zeros(len(self._column))
        costs[list(columns)] = -way
        self._solver.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the audit came to no end: {self._solver.getModelStatus()}")
        solution = self._solver.getSolution()
        values = np.asarray(solution.col_value)
        self._seen_least = np.minimum(self._seen_least, values)
        self._seen_most = np.maximum(self._seen_most, values)
        stopped_by = {self._figures[n] for n in np.flatnonzero(np.abs(np.asarray(solution.col_dual)) > _TIGHT)}
        duals = solution.row_dual
        return stopped_by | {part for row, part in self._told_in.items() if abs(duals[row]) > _TIGHT}

    def _is_wide(self, column: int) -> bool:
        return bool(self._seen_most[column] - self._seen_least[column] >= SAFE_WIDTH - _TIGHT)

    def _programme(self, known: list[Bounds[F]]) -> highspy.Highs:
        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), ("simplex_strategy", 4)):
            solver.setOptionValue(option, value)
        solver.passModel(self._model(known))
        return solver

    def _model(self, known: list[Bounds[F]]) -> highspy.HighsLp:
        model = highspy.HighsLp()
        bounds = [line.known(figure) for line in self._lines.values() for figure in line.counts]
        model.num_col_, model.num_row_ = len(bounds), len(known)
        model.col_cost_ = np.zeros(len(bounds))
        model.col_lower_ = np.array([least for least, _ in bounds], dtype=float)
        model.col_upper_ = np.array([most for _, most in bounds], dtype=float)
        model.row_lower_ = np.array([least for _, least, _ in known])
        model.row_upper_ = np.array([most for _, _, most in known])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(weights) for weights, _, _ in known)], dtype=np.int32)
        entries = [(self._column[f], weight) for weights, _, _ in known for f, weight in weights.items()]
        model.a_matrix_.index_ = np.array([column for column, _ in entries], dtype=np.int32)
        model.a_matrix_.value_ = np.array([weight for _, weight in entries], dtype=float)
        return model


def _least(line: Line[F], people: int) -> int:
    """Nobody at all would have been told; a line that is not disclosed for another reason says not even that."""
    return 0 if line.decision in {"withheld", "undisclosed"} else min(people, 1)
