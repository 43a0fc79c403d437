from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.enrolment.attendance.domain.registers import Line, Mark, Participant
from services.enrolment.catalogue.domain.sessions import Session
from shared.ids import PersonId, SessionId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def participants(
    tx: Transaction, session: Session, person_ids: Sequence[PersonId]
) -> dict[PersonId, Participant]:
    """Those of these people who count in the session, with all that is known of them so far."""
    rows = await tx.fetch(
        SQL["participants"],
        session.session_id,
        session.cohort_id,
        session.starts_at,
        session.ends_at,
        list(person_ids),
    )
    return {row["person_id"]: _participant(row) for row in rows}


async def page(tx: Transaction, session: Session, *, after: UUID | None, limit: int) -> list[Line]:
    """Those who count in the session by person, with what was entered of each."""
    rows = await tx.fetch(
        SQL["page"], session.session_id, session.cohort_id, session.starts_at, session.ends_at, after, limit
    )
    return [
        Line(
            row["person_id"],
            row["name"],
            Mark(row["on_the_day"], row["minutes"], row["apologies"], row["recording"]),
            row["recorded_at"],
        )
        for row in rows
    ]


async def save(tx: Transaction, session_id: SessionId, marks: Mapping[PersonId, Mark], *, at: datetime) -> None:
    """Save the marks of one register; of whom nothing is told any more, nothing is kept."""
    kept = {person_id: mark for person_id, mark in marks.items() if mark.told}
    if untold := marks.keys() - kept.keys():
        await tx.execute(SQL["delete"], session_id, list(untold))
    told = list(kept.values())
    await tx.execute(
        SQL["save"],
        session_id,
        at,
        list(kept),
        [mark.on_the_day for mark in told],
        [mark.minutes for mark in told],
        [mark.apologies for mark in told],
        [mark.recording for mark in told],
    )


def _participant(row: "Record") -> Participant:
    return Participant(
        person_id=row["person_id"],
        enrolment_id=row["enrolment_id"],
        completed=row["completed"],
        mark=Mark(row["on_the_day"], row["minutes"], row["apologies"], row["recording"]),
        attended_elsewhere=row["attended"],
        caught_up_elsewhere=row["caught_up"],
    )
