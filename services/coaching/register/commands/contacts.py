from collections.abc import Sequence
from uuid import UUID

from services.coaching.register import events
from services.coaching.register.store import practitioners
from shared.contracts.coaching.contacts import ContactChanged
from shared.messaging.contacts import Contacts
from shared.postgres.database import Transaction


async def _next(tx: Transaction, after: UUID | None, most: int) -> Sequence[ContactChanged]:
    return [events.contact_changed(found) for found in await practitioners.lock_after(tx, after, most)]


contacts = Contacts(practitioners.count, _next)
"""How the practitioners are reached."""
