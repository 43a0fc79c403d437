"""Linear knowledge: figures between bounds, and weighted sums of them between bounds."""

from collections.abc import Hashable, Iterable, Mapping, Sequence

import highspy
import numpy as np

Figure = Hashable
UNKNOWN = 1e6
"""More people than there are."""
WIDE = 5 - 1e-6
"""Known within two people more or fewer is known."""


class Contradiction(Exception):
    """What was learned cannot all be true: the attacker believed too much."""


class Knowledge:
    """Everything learned so far; each figure is asked for its least and most."""

    def __init__(self) -> None:
        self._bounds: dict[Figure, tuple[float, float]] = {}
        self._rows: list[tuple[dict[Figure, float], float, float]] = []
        self.hidden: set[Figure] = set()
        """What the answers keep secret."""

    def learn(self, figure: Figure, least: float, most: float) -> None:
        """The figure lies between these; what was known before still holds."""
        before = self._bounds.get(figure, (0, UNKNOWN))
        self._bounds[figure] = max(before[0], least), min(before[1], most)

    def keeps(self, figure: Figure, least: float = 0) -> None:
        """The answer hides this figure."""
        self.hidden.add(figure)
        self.learn(figure, least, UNKNOWN)

    def relate(self, weights: Mapping[Figure, float], least: float, most: float) -> None:
        """A weighted sum lies between these; figures never heard of are people, so not fewer than none."""
        for figure in weights:
            self._bounds.setdefault(figure, (0, UNKNOWN))
        self._rows.append((dict(weights), least, most))

    def adds_up(self, whole: Figure, parts: Iterable[Figure]) -> None:
        self.relate({whole: 1, **dict.fromkeys(parts, -1)}, 0, 0)

    def covers(self, whole: Figure, parts: Iterable[Figure]) -> None:
        """The whole is no more than its parts together, and no less than each."""
        within = list(parts)
        self.relate({whole: 1, **dict.fromkeys(within, -1)}, -UNKNOWN, 0)
        for part in within:
            self.contains(whole, [part])

    def contains(self, whole: Figure, parts: Iterable[Figure]) -> None:
        """The whole is no less than its parts together."""
        self.relate({whole: 1, **dict.fromkeys(parts, -1)}, 0, UNKNOWN)

    def recovered(self, also: Iterable[Figure] = ()) -> dict[Figure, tuple[float, float]]:
        """Hidden figures, and these, that are known within two people more or fewer; that it is nobody may be known."""
        wanted = self.hidden | {figure for figure in also if figure in self._bounds}
        columns = list(self._bounds)
        worlds = _Worlds(self._solver(columns), len(columns))
        sought = [n for n, figure in enumerate(columns) if figure in wanted]
        for way in (1, -1):
            worlds.go(sought, way)
        ends = {columns[n]: worlds.ends(n) for n in sought}
        return {figure: (least, most) for figure, (least, most) in ends.items() if most > 0.5 and most - least < WIDE}

    def _solver(self, columns: list[Figure]) -> highspy.Highs:
        position = {figure: n for n, figure in enumerate(columns)}
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(columns), len(self._rows)
        model.col_cost_ = np.zeros(len(columns))
        model.col_lower_ = np.array([self._bounds[figure][0] for figure in columns], dtype=float)
        model.col_upper_ = np.array([self._bounds[figure][1] for figure in columns], dtype=float)
        model.row_lower_ = np.array([least for _, least, _ in self._rows], dtype=float)
        model.row_upper_ = np.array([most for _, _, most in self._rows], dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(weights) for weights, _, _ in self._rows)], dtype=np.int32)
        model.a_matrix_.index_ = np.array([position[f] for w, _, _ in self._rows for f in w], dtype=np.int32)
        model.a_matrix_.value_ = np.array([v for w, _, _ in self._rows for v in w.values()], dtype=float)
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("presolve", "off")
        solver.passModel(model)
        return solver


class _Worlds:
    """Worlds in which all that was learned is true; what differs between two of them is not known."""

    def __init__(self, solver: highspy.Highs, columns: int) -> None:
        self._solver, self._columns = solver, columns
        self._least, self._most = np.full(columns, np.inf), np.full(columns, -np.inf)

    def go(self, columns: Sequence[int], way: int) -> None:
        """To where the sum of the columns is least (1) or most (-1)."""
        costs = np.zeros(self._columns)
        costs[columns] = way
        self._solver.changeColsCost(self._columns, np.arange(self._columns, dtype=np.int32), costs)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Contradiction(str(self._solver.getModelStatus()))
        world = np.asarray(self._solver.getSolution().col_value)
        self._least, self._most = np.minimum(self._least, world), np.maximum(self._most, world)

    def ends(self, column: int) -> tuple[float, float]:
        """The least and the most; not to the very end once it is plain that it is not known."""
        for way in (1, -1):
            if self._most[column] - self._least[column] < WIDE:
                self.go([column], way)
        return float(self._least[column]), float(self._most[column])
