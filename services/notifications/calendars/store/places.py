"""Who holds a place in which cohort, and whether a confirmation has left."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications.calendars.domain.places import Offer, PlaceUnknown
from shared.ids import CohortId, PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def take(tx: Transaction, cohort_id: CohortId, person_id: PersonId) -> None:
    """The person holds a place and has not been told yet."""
    await tx.execute(SQL["take"], cohort_id, person_id)


async def give_up(tx: Transaction, cohort_id: CohortId, person_id: PersonId) -> None:
    """The person holds a place no more."""
    await tx.execute(SQL["give_up"], cohort_id, person_id)


async def held(tx: Transaction, cohort_id: CohortId, person_id: PersonId) -> Offer:
    """What the person's place is in; PlaceUnknown where they hold none."""
    row = await tx.fetchrow(SQL["held"], cohort_id, person_id)
    if row is None:
        raise PlaceUnknown
    return Offer(**row)


async def lock_shared(tx: Transaction, places: Sequence[tuple[CohortId, PersonId]]) -> None:
    """They are neither taken nor given up until the commit."""
    columns = [c for c, _ in places], [p for _, p in places]
    await tx.execute(SQL["insert_unknown"], *columns)
    await tx.fetch(SQL["lock_shared"], *columns)


async def confirm(tx: Transaction, places: Sequence[tuple[CohortId, PersonId]], *, at: datetime) -> None:
    """A confirmation has left for each of these; whoever took the place anew meanwhile is told by another."""
    cohort_ids, person_ids = [c for c, _ in places], [p for _, p in places]
    await tx.execute(SQL["confirm"], cohort_ids, person_ids, at)
