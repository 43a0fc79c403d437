"""Small-number rules for every published count of people, and the only place where figures are rounded.

Source: NHS England's small-number suppression for published tables: 0 stays 0, 1 to 7 hidden, the rest to the nearest
5. They protect persons: never apply them to counts of cohorts, events or money.
"""

SMALL = 7
NEAREST = 5

HIDDEN = f"hidden: fewer than {SMALL + 1} people, or it would tell such a number"
"""What is said in place of a number, the same for both reasons: which of them it is would itself tell something."""

ALL = "all"
"""The code of what a breakdown was merged into."""


class NotACount(ValueError):
    """A count of people is a whole number, and not negative."""


def must_count(people: object) -> int:
    """The same number; NotACount when nobody can have counted it."""
    if not isinstance(people, int) or isinstance(people, bool) or people < 0:
        raise NotACount(f"{people!r} is no count of people")
    return people


def is_small(people: int) -> bool:
    """Whether so few people may never be told."""
    return 0 < must_count(people) <= SMALL


def rounded(people: int) -> int:
    """To the nearest five."""
    return (must_count(people) + NEAREST // 2) // NEAREST * NEAREST


def known_from(disclosed: int) -> tuple[int, int]:
    """The least and the most people that a rounded number which is disclosed may stand for."""
    return (0, 0) if disclosed == 0 else (max(disclosed - NEAREST // 2, SMALL + 1), disclosed + NEAREST // 2)


def whole_percent(part: int, whole: int) -> int | None:
    """The share in whole per cent, a half rounded up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None
