"""A published figure is never changed: what counts otherwise later is the period's next revision."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from shared.reports.snapshots import Counted, Snapshot

C = TypeVar("C", bound=Counted)
S = TypeVar("S", bound=Snapshot)


def newest(snapshots: Iterable[S], *, by: datetime | None = None) -> dict[Any, S]:
    """The newest revision of each period, of those published by a moment."""
    known = (s for s in snapshots if by is None or s.published_at <= by)
    return {s.period: s for s in sorted(known, key=lambda s: s.revision)}


def changed(counted: Iterable[C], published: Mapping[Any, Snapshot]) -> list[C]:
    """What has no snapshot yet, or counts otherwise by now."""
    return [c for c in counted if c.period not in published or c.figures != published[c.period].figures]


def next_revision(published: Snapshot | None) -> int:
    """The number of what follows."""
    return published.revision + 1 if published else 1
