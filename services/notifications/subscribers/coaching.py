"""What coaching announces, as far as people are told of it."""

from services.notifications.commands.messages import ask_for
from services.notifications.domain.messages import Purpose
from services.notifications.subscribers.contacts import cause_of, keep_announced
from shared.contracts.coaching import CoachingInvited, ContactChanged
from shared.contracts.envelope import Envelope
from shared.ids import PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(ContactChanged)
async def keep_practitioner_contact(event: ContactChanged, envelope: Envelope, tx: Transaction) -> None:
    """Where messages to a practitioner go."""
    await keep_announced(tx, event, envelope, source="coaching")


@subscribes(CoachingInvited)
async def invite(event: CoachingInvited, envelope: Envelope, tx: Transaction) -> None:
    """The person may take the invitation up; the reason for it stays unsaid."""
    cause = cause_of(envelope)
    await ask_for(tx, Purpose.COACHING_INVITATION, PersonId(event.person_id), cause, details={"form": event.form})
