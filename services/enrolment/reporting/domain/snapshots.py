"""A closed period's reach as it was published, and what of it stays hidden."""

from collections.abc import Iterable, Mapping
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


def newest(snapshots: Iterable[Snapshot], *, by: datetime | None = None) -> dict[Period, Snapshot]:
    """The newest revision of each period, of those published by a moment."""
    known = (s for s in snapshots if by is None or s.published_at <= by)
    return {s.period: s for s in sorted(known, key=lambda s: s.revision)}


def changed(counted: Mapping[Period, Reach], published: Mapping[Period, Snapshot]) -> list[Reach]:
    """What has no snapshot yet, or counts otherwise by now."""
    return [r for period, r in counted.items() if period not in published or r != published[period].reach]
