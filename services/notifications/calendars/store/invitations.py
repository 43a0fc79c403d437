"""What people's calendars were told."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from services.notifications.calendars.domain.cohorts import Session
from services.notifications.calendars.domain.invitations import CalendarEntry, Invitation, LastSent, Method
from services.notifications.messages.domain.messages import Cause, Purpose
from shared.ids import CohortId, EventId, PersonId, SessionId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)

Participation = tuple[PersonId, CohortId]


async def of_people(
    tx: Transaction, participations: Collection[Participation]
) -> Mapping[Participation, tuple[Invitation, ...]]:
    """For each person and cohort its sessions in order of time, and the last word on each."""
    wanted = sorted(set(participations))
    rows = await tx.fetch(SQL["of_people"], [p for p, _ in wanted], [c for _, c in wanted])
    found: dict[Participation, list[Invitation]] = defaultdict(list)
    for row in rows:
        found[row["person_id"], row["cohort_id"]].append(_invitation(row))
    return {participation: tuple(invitations) for participation, invitations in found.items()}


async def record(tx: Transaction, entries: Collection[CalendarEntry]) -> None:
    """These words have left; of two on one session in one batch the later counts."""
    latest = {(e.person_id, e.session.id): e for e in entries}
    rows = [latest[key] for key in sorted(latest)]
    await tx.execute(
        SQL["record"],
        [e.person_id for e in rows],
        [e.session.id for e in rows],
        [e.sequence for e in rows],
        [e.session.calendar_sequence for e in rows],
        [e.method is Method.CANCEL for e in rows],
        [e.email for e in rows],
    )


def session_of(row: "Record") -> Session:
    """The session columns of a row."""
    return Session(
        SessionId(row["session_id"]),
        CohortId(row["cohort_id"]),
        row["title"],
        row["starts_at"],
        row["ends_at"],
        row["join_ref"],
        row["calendar_sequence"],
        row["session_cancelled"],
    )


def _invitation(row: "Record") -> Invitation:
    return Invitation(PersonId(row["person_id"]), session_of(row), _last_sent(row))


def _last_sent(row: "Record") -> LastSent | None:
    if row["sequence"] is None:
        return None
    return LastSent(row["sequence"], row["session_sequence"], row["cancelled"], row["email"])


async def outdated(
    tx: Transaction, cohort_ids: Collection[CohortId], person_ids: Collection[PersonId] | None, *, at: datetime
) -> list[tuple[PersonId, CohortId, Purpose, Cause]]:
    """Who was confirmed without knowing a session as it is, unless over at `at`: what for, and the event behind it."""
    people = None if person_ids is None else list(person_ids)
    rows = await tx.fetch(SQL["outdated"], list(cohort_ids), people, at)
    return [
        (
            PersonId(r["person_id"]),
            CohortId(r["cohort_id"]),
            Purpose(r["purpose"]),
            Cause(EventId(r["announced_by"]), r["correlation_id"], r["announced_at"]),
        )
        for r in rows
    ]
