"""How a published figure is met, by its kind."""

from collections.abc import Callable, Mapping
from math import floor
from types import MappingProxyType

Number = float | int
Comparison = Callable[[Number, Number], bool]


def rounded(figure: Number) -> int:
    """To the whole number, a half up, as the review prints it."""
    return floor(figure + 0.5)


def _is(published: Number, reproduced: Number) -> bool:
    return rounded(reproduced) == published


def _at_least(published: Number, reproduced: Number) -> bool:
    return reproduced >= published


def _at_most(published: Number, reproduced: Number) -> bool:
    return reproduced <= published


def _or_not(published: Number, reproduced: Number) -> bool:
    return bool(reproduced) is bool(published)


KINDS: Mapping[str, Comparison] = MappingProxyType(
    {"value": _is, "at_least": _at_least, "max": _at_most, "derived": _is, "fact": _or_not}
)
"""`value` and `derived` are reproduced exactly, `at_least` is a floor, `max` a cap, a `fact` holds or does not."""
