from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.enrolment.attendance.domain.own_sessions import OwnSession
from shared.ids import PersonId
from shared.orders import Order
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a person's sessions a list shows, and which first; what is None leaves out none."""

    to_come: bool | None = None
    recorded: bool | None = None
    order: Order = "oldest"


async def page(
    tx: Transaction, person_id: PersonId, wanted: Wanted, *, now: datetime, after: UUID | None, limit: int
) -> list[OwnSession]:
    """Of what they hold or wait for, by when each starts; also of what was theirs until it was cancelled."""
    rows = await tx.fetch(SQL[wanted.order], person_id, wanted.to_come, now, wanted.recorded, after, limit)
    return [OwnSession(**row) for row in rows]
