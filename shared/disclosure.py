"""Small-number rules for every published count of people, and the only place where figures are rounded.

Source: NHS small-number suppression for published tables: 0 stays 0, 1 to 7 hidden, the rest to the nearest 5.
They protect persons: never apply them to counts of cohorts, events or money. Totals stay exact.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

C = TypeVar("C", bound=Hashable)

SMALL = 7
NEAREST = 5


@dataclass(frozen=True, slots=True)
class Profile:
    """Which cells of a table are printed exactly, because they are published so elsewhere or fixed by rule."""

    name: str
    exact: frozenset[str] = frozenset()


def disclose(cells: Mapping[C, int], *, exact: frozenset[C] = frozenset()) -> dict[C, int | None]:
    """One breakdown whose total is printed: counts of people in, what may be printed out; None is hidden.

    Where the total would give a single hidden cell away, the smallest other cell is hidden with it.
    """
    hidden = {cell for cell, people in cells.items() if 0 < people <= SMALL and cell not in exact}
    if len(hidden) == 1:
        hidden |= _companion(cells, hidden | exact)
    return {cell: None if cell in hidden else _printed(people, cell in exact) for cell, people in cells.items()}


def _companion(cells: Mapping[C, int], taken: frozenset[C] | set[C]) -> set[C]:
    others = [cell for cell, people in cells.items() if people and cell not in taken]
    return {min(others, key=lambda cell: cells[cell])} if others else set()


def _printed(people: int, exact: bool) -> int:  # noqa: FBT001 one word of the rule
    return people if exact else (people + NEAREST // 2) // NEAREST * NEAREST


def whole_percent(part: int, whole: int) -> int | None:
    """The share in whole per cent, a half rounded up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None
