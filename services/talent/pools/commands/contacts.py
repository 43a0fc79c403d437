from collections.abc import Sequence
from uuid import UUID

from services.talent.pools import events
from services.talent.pools.store import members
from shared.contracts.talent.contacts import ContactChanged
from shared.messaging.contacts import Contacts
from shared.postgres.database import Transaction


async def _next(tx: Transaction, after: UUID | None, most: int) -> Sequence[ContactChanged]:
    return [events.contact_changed(found) for found in await members.lock_after(tx, after, most)]


contacts = Contacts(members.count, _next)
"""How the members are reached."""
