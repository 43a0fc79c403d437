"""A closed period's reach as it was published, and what of it stays hidden."""

from dataclasses import dataclass
from datetime import datetime

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import LineName, Reach


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was counted when the period was closed; a correction makes the next revision, at most one a month."""

    reach: Reach
    hidden: frozenset[LineName]
    revision: int
    published_at: datetime

    @property
    def period(self) -> Period:
        """Of which period."""
        return self.reach.period

    @property
    def figures(self) -> Reach:
        """What was counted."""
        return self.reach.figures
