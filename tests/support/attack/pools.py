"""The published pools as an attacker reads them: every month's end, subtracted from the one before."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.support.attack.knowledge import Knowledge
from tests.support.attack.reach import rounded

Answer = Mapping[str, Any]
CROSSED = ("professional_group", "system", "service_type")
ALL = "all"


def learn(answers: Sequence[Answer]) -> Knowledge:
    """Everything the answers say, of one revision each, in the order of their days."""
    known = Knowledge()
    for answer in answers:
        _Reader(known, answer).read()
    for before, after in pairwise(answers):
        _nobody_left(known, before, after)
    return known


class _Reader:
    def __init__(self, known: Knowledge, answer: Answer) -> None:
        self._known, self._answer = known, answer

    def read(self) -> None:
        total = self._count((), self._answer["people"])
        for dimension in ("readiness", *CROSSED):
            if not _is_merged(self._answer[dimension]):
                rows = self._answer[dimension]
                self._known.adds_up(total, [self._count(((dimension, r["code"]),), r["people"]) for r in rows])
        for dimension in CROSSED:
            if cells := [cell for cell in self._answer["cells"] if cell[dimension] != ALL]:
                self._crossed(dimension, cells)

    def _crossed(self, dimension: str, cells: Sequence[Answer]) -> None:
        figures = {
            (cell["readiness"], cell[dimension]): self._count(
                (("readiness", cell["readiness"]), (dimension, cell[dimension])), cell["people"]
            )
            for cell in cells
        }
        for place, name in ((0, "readiness"), (1, dimension)):
            for code in {key[place] for key in figures}:
                parts = [figure for key, figure in figures.items() if key[place] == code]
                self._known.adds_up((self._answer["as_at"], ((name, code),)), parts)

    def _count(self, line: tuple[tuple[str, str], ...], told: int | None) -> Any:
        figure = (self._answer["as_at"], line)
        if told is None:
            self._known.keeps(figure, 1 if self._answer["revision"] == 1 else 0)
        else:
            self._known.learn(figure, *rounded(told))
        return figure


def _is_merged(rows: Sequence[Answer]) -> bool:
    return any(row["code"] == ALL for row in rows)


def _nobody_left(known: Knowledge, before: Answer, after: Answer) -> None:
    lines: list[tuple[tuple[str, str], ...]] = [()]
    for dimension in CROSSED:
        lines += [((dimension, row["code"]),) for row in before[dimension] if row["code"] != ALL]
    for line in lines:
        known.contains((after["as_at"], line), [(before["as_at"], line)])
