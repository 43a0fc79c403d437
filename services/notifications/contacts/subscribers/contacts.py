"""What any service announces of how a person is reached, and whose word it is."""

from services.notifications.contacts.commands.contacts import upsert_contact
from services.notifications.contacts.domain.contacts import Contact
from services.notifications.messages.events import cause_of
from shared.contracts.contacts import ContactDetails
from shared.contracts.envelope import Envelope
from shared.ids import PersonId
from shared.postgres.database import Transaction


async def upsert_announced(tx: Transaction, event: ContactDetails, envelope: Envelope, *, source: str) -> None:
    """Where messages to the person go; an address of the person's own once it is confirmed."""
    person_id = PersonId(event.person_id)
    contact = Contact.announced(
        person_id, event.name, event.email, source=source, as_of=event.effective_at, given_at=event.email_given_at
    )
    await upsert_contact(tx, contact, cause_of(envelope))
