"""What stands above the catalogue does in the same transaction when it changes; `app.py` says who does what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.domain.programmes import Programme
from shared.postgres.database import Transaction


class LateEntryChanged(Protocol):
    """A programme says otherwise who enters once the first session has started; its cohorts say so already."""

    async def __call__(self, tx: Transaction, programme: Programme, *, now: datetime) -> None:
        """React, as part of `tx`."""
        ...


class CohortReaction(Protocol):
    """Something about a locked cohort is otherwise, and saved."""

    async def __call__(self, tx: Transaction, cohort: Cohort, *, now: datetime) -> None:
        """React, as part of `tx`."""
        ...


@dataclass(frozen=True, slots=True)
class Reactions:
    """One for each change of the catalogue on which a place or a completion depends."""

    late_entry_changed: LateEntryChanged

    cohort_changed: CohortReaction
    """Its places, or the time until which they are handed on."""

    cohort_cancelled: CohortReaction
    session_added: CohortReaction
    session_cancelled: CohortReaction
