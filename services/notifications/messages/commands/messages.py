"""Ask for messages: job rows in the transaction of their cause; a sender takes them when all they need is known."""

from collections.abc import Mapping

from services.notifications.messages.domain.messages import Cause, Message, Purpose
from services.notifications.messages.store import messages
from shared.ids import CohortId, PersonId, SessionId
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
