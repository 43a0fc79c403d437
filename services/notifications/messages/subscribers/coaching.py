"""What coaching announces, as far as people are told of it."""

from services.notifications.messages.commands.messages import ask_for
from services.notifications.messages.domain.messages import Purpose
from services.notifications.messages.events import cause_of
from shared.contracts.coaching.relationships import CoachingInvited
from shared.contracts.envelope import Envelope
from shared.ids import PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(CoachingInvited)
async def invite(event: CoachingInvited, envelope: Envelope, tx: Transaction) -> None:
    """The person may take the invitation up; the reason for it stays unsaid."""
    cause = cause_of(envelope)
    await ask_for(tx, Purpose.COACHING_INVITATION, PersonId(event.person_id), cause, details={"form": event.form})
