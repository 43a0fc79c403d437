"""What talent announces, as far as people are told of it."""

from services.notifications.commands.contacts import keep_contact
from services.notifications.commands.messages import ask_for
from services.notifications.domain.contacts import Contact
from services.notifications.domain.messages import Cause, Purpose
from shared.contracts.envelope import Envelope
from shared.contracts.talent import ContactChanged, PoolReadinessChanged
from shared.ids import EventId, PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(ContactChanged)
async def keep_member_contact(event: ContactChanged, _: Envelope, tx: Transaction) -> None:
    """Where messages to a pool member go."""
    person_id = PersonId(event.person_id)
    contact = Contact.announced(person_id, event.name, event.email, source="talent", as_of=event.effective_at)
    await keep_contact(tx, contact)


@subscribes(PoolReadinessChanged)
async def tell_member(event: PoolReadinessChanged, envelope: Envelope, tx: Transaction) -> None:
    """The judgement itself is not kept here."""
    cause = Cause(EventId(envelope.id), envelope.correlation_id, envelope.time)
    await ask_for(tx, Purpose.TALENT_UPDATE, PersonId(event.person_id), cause)
