from collections.abc import Sequence
from uuid import UUID

from services.enrolment.people import events
from services.enrolment.people.store import learners
from shared.contracts.enrolment.contacts import ContactChanged
from shared.messaging.contacts import Contacts
from shared.postgres.database import Transaction


async def _next(tx: Transaction, after: UUID | None, most: int) -> Sequence[ContactChanged]:
    return [events.contact_changed(found) for found in await learners.lock_after(tx, after, most)]


contacts = Contacts(learners.count, _next)
"""How the learners are reached."""
