"""Ask for messages: job rows in the transaction of their cause; a sender takes them when all they need is known."""

from collections.abc import Collection, Mapping
from datetime import datetime

from services.notifications.domain.cohorts import CohortId, SessionId
from services.notifications.domain.messages import Cause, Message, Purpose
from services.notifications.store import messages
from shared.ids import PersonId
from shared.postgres.database import Transaction


async def ask_for(
    tx: Transaction,
    purpose: Purpose,
    person_id: PersonId,
    cause: Cause,
    *,
    cohort_id: CohortId | None = None,
    session_id: SessionId | None = None,
    details: Mapping[str, str | bool] | None = None,
) -> None:
    """One message per (event, person, purpose), however often the event is seen."""
    message = Message(person_id, purpose, cause, cohort_id, session_id, details)
    await messages.insert(tx, [message])


async def ask_for_updates(
    tx: Transaction, cohort_ids: Collection[CohortId], person_ids: Collection[PersonId] | None = None, *, at: datetime
) -> None:
    """An update for everyone confirmed without knowing a session of these cohorts as it is; of none that is over.

    The caller holds the cohorts' rows, so that a session and a confirmation that meet never both come too early.
    """
    untold = await messages.untold(tx, cohort_ids, person_ids, at=at)
    await messages.insert(
        tx,
        [Message(person_id, Purpose.SESSION_UPDATE, cause, cohort_id) for person_id, cohort_id, cause in untold],
    )
