"""What talent announces, as far as people are told of it."""

from services.notifications.contacts.subscribers.contacts import upsert_announced
from shared.contracts.envelope import Envelope
from shared.contracts.talent.contacts import ContactChanged
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(ContactChanged)
async def upsert_member_contact(event: ContactChanged, envelope: Envelope, tx: Transaction) -> None:
    """Where messages to a pool member go."""
    await upsert_announced(tx, event, envelope, source="talent")
