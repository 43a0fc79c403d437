from collections.abc import Collection
from datetime import datetime

from services.notifications.calendars.store import invitations
from services.notifications.messages.domain.messages import Message
from services.notifications.messages.store import messages
from shared.ids import CohortId, PersonId
from shared.postgres.database import Transaction


async def ask_for_updates(
    tx: Transaction, cohort_ids: Collection[CohortId], person_ids: Collection[PersonId] | None = None, *, at: datetime
) -> None:
    """An update, or a word on its cancellation, for everyone confirmed who knows a session of these cohorts otherwise.

    Of none that is over. The caller holds the cohorts' rows, so that a session and a confirmation that meet never both
    come too early.
    """
    outdated = await invitations.outdated(tx, cohort_ids, person_ids, at=at)
    await messages.insert(
        tx,
        [Message(person_id, purpose, cause, cohort_id) for person_id, cohort_id, purpose, cause in outdated],
    )
