"""What talent announces, as far as it invites people."""

from services.coaching.relationships.commands.relationships import invite
from shared.contracts.envelope import Envelope
from shared.contracts.talent.members import PoolReadinessChanged
from shared.ids import PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(PoolReadinessChanged)
async def invite_ready_soon(event: PoolReadinessChanged, envelope: Envelope, tx: Transaction) -> None:
    """Mentoring is what pool members ask for first; who moves on keeps the invitation."""
    if event.current == "ready_soon":
        await invite(tx, PersonId(event.person_id), "mentoring", reason="ready_soon", now=envelope.time)
