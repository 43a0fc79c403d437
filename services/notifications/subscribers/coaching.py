"""What coaching announces, as far as people are told of it."""

from services.notifications.commands.contacts import keep_contact
from services.notifications.commands.messages import ask_for
from services.notifications.domain.contacts import Contact
from services.notifications.domain.messages import Cause, Purpose
from shared.contracts.coaching import CoachingInvited, ContactChanged
from shared.contracts.envelope import Envelope
from shared.ids import EventId, PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(ContactChanged)
async def keep_practitioner_contact(event: ContactChanged, _: Envelope, tx: Transaction) -> None:
    """Where messages to a practitioner go."""
    person_id = PersonId(event.person_id)
    contact = Contact.announced(person_id, event.name, event.email, source="coaching", as_of=event.effective_at)
    await keep_contact(tx, contact)


@subscribes(CoachingInvited)
async def invite(event: CoachingInvited, envelope: Envelope, tx: Transaction) -> None:
    """The person may take the invitation up; the reason for it stays unsaid."""
    cause = Cause(EventId(envelope.id), envelope.correlation_id, envelope.time)
    await ask_for(tx, Purpose.COACHING_INVITATION, PersonId(event.person_id), cause, details={"form": event.form})
