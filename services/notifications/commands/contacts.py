"""Keep what other services announce of how people can be reached."""

from services.notifications.domain.contacts import Contact
from services.notifications.store import contacts, messages
from shared.postgres.database import Transaction


async def keep_contact(tx: Transaction, contact: Contact) -> None:
    """Messages that waited for the person become due; at a new address a confirmation that reached nobody is tried."""
    if await contacts.upsert(tx, contact):
        await messages.confirm_again(tx, contact.person_id)
