"""Keep what other services announce of how people can be reached."""

from services.notifications.domain.contacts import Contact
from services.notifications.store import contacts
from shared.postgres.database import Transaction


async def keep_contact(tx: Transaction, contact: Contact) -> None:
    """Messages that waited for this person become due by it."""
    await contacts.upsert(tx, contact)
