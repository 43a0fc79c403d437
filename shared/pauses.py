"""How long to wait before the next try: longer each time, and never beyond a limit, however often it was tried."""

from datetime import timedelta
from typing import TypeVar

P = TypeVar("P", float, timedelta)

_DOUBLINGS = 20
"""A million times the first pause is beyond every limit; doubled without end it would outgrow what holds it."""


def doubled(first: P, times: int, *, most: P) -> P:
    """`first`, doubled so many times, at most `most`."""
    return min(first * 2 ** min(max(0, times), _DOUBLINGS), most)
