"""What talent announces, as far as people are told of it."""

from services.notifications.messages.commands.messages import ask_for
from services.notifications.messages.domain.messages import Purpose
from services.notifications.messages.events import cause_of
from shared.contracts.envelope import Envelope
from shared.contracts.talent.members import PoolReadinessChanged
from shared.ids import PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(PoolReadinessChanged)
async def tell_member(event: PoolReadinessChanged, envelope: Envelope, tx: Transaction) -> None:
    """The judgement itself is not kept here."""
    cause = cause_of(envelope)
    await ask_for(tx, Purpose.TALENT_UPDATE, PersonId(event.person_id), cause)
