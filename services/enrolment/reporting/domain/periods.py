"""A report's period: whole London days, both ends included."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.errors import Invalid
from shared.london import midnight


class PeriodEndsBeforeItStarts(Invalid):
    """The last day of a period is not before its first."""

    code = "period_ends_before_it_starts"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PeriodEndsBeforeItStarts(f"the period ends on {self.last}, before it starts on {self.first}")

    @property
    def start(self) -> datetime:
        """The first moment within the period."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after the period."""
        return midnight(self.last + timedelta(days=1))
