"""Months to choose from."""

from datetime import datetime

from shared.london import day_of

A_YEAR = 12


def months_from(now: datetime) -> list[tuple[str, str]]:
    """`2021-04` and `April 2021`, and the eleven after it."""
    first = day_of(now).replace(day=1)
    ahead = [first.month - 1 + count for count in range(A_YEAR)]
    months = [first.replace(year=first.year + after // A_YEAR, month=after % A_YEAR + 1) for after in ahead]
    return [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months]
