"""What talent announces, as far as people are told of it."""

from services.notifications.commands.messages import ask_for
from services.notifications.domain.messages import Purpose
from services.notifications.subscribers.contacts import cause_of, keep_announced
from shared.contracts.envelope import Envelope
from shared.contracts.talent import ContactChanged, PoolReadinessChanged
from shared.ids import PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(ContactChanged)
async def keep_member_contact(event: ContactChanged, envelope: Envelope, tx: Transaction) -> None:
    """Where messages to a pool member go."""
    await keep_announced(tx, event, envelope, source="talent")


@subscribes(PoolReadinessChanged)
async def tell_member(event: PoolReadinessChanged, envelope: Envelope, tx: Transaction) -> None:
    """The judgement itself is not kept here."""
    cause = cause_of(envelope)
    await ask_for(tx, Purpose.TALENT_UPDATE, PersonId(event.person_id), cause)
