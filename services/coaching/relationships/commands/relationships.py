from datetime import datetime

from services.coaching.relationships import events
from services.coaching.relationships.domain.relationships import Form, InvitedFor, Relationship
from services.coaching.relationships.store import relationships
from shared.ids import PersonId
from shared.messaging import outbox
from shared.postgres.database import Transaction


async def invite(tx: Transaction, person_id: PersonId, form: Form, *, reason: InvitedFor, now: datetime) -> None:
    """Offer coaching or mentoring; who has an open invitation or request needs no other."""
    invitation = Relationship.invitation(person_id, form, reason, at=now)
    if await relationships.insert(tx, invitation):
        outbox.append(tx, events.coaching_invited(invitation, at=now), at=now)


async def request(tx: Transaction, person_id: PersonId, form: Form, *, now: datetime) -> Relationship:
    """Ask for coaching or mentoring; an open invitation becomes the request and puts it first."""
    asked = Relationship.request(person_id, form, at=now)
    if not await relationships.insert(tx, asked):
        asked = await relationships.lock_open(tx, person_id, form)
        asked.take_up(at=now)
        await relationships.save_request(tx, asked)
    outbox.append(tx, events.coaching_requested(asked, at=now), at=now)
    return asked
