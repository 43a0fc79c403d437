from datetime import datetime

from services.coaching.register import events
from services.coaching.register.domain.practitioners import Entry, Outcome, Practitioner
from services.coaching.register.store import codes, practitioners
from shared.ids import PersonId
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.web.etag import Precondition


async def register(
    tx: Transaction, person_id: PersonId, entry: Entry, *, if_match: Precondition, now: datetime
) -> tuple[Outcome, Practitioner]:
    """Enter a practitioner on the register, or change the entry; the same told again changes nothing."""
    wanted = Practitioner.registered(person_id, entry, await codes.in_force(tx, day_of(now)), at=now)
    if await practitioners.insert(tx, wanted):
        if_match.must_allow(None)
        outbox.append(tx, events.contact_changed(wanted), at=now)
        outbox.append(tx, events.practitioner_registered(wanted, at=now), at=now)
        return "registered", wanted
    stored = await practitioners.lock(tx, person_id)
    if wanted.entry == stored.entry:
        return "unchanged", stored
    if_match.must_allow(stored.version)
    return "changed", await _edit(tx, stored, wanted, now=now)


async def _edit(tx: Transaction, stored: Practitioner, wanted: Practitioner, *, now: datetime) -> Practitioner:
    edited = stored.edited(wanted)
    await practitioners.update(tx, edited)
    if not edited.is_reached_like(stored):
        outbox.append(tx, events.contact_changed(edited), at=now)
    if not edited.stands_like(stored):
        outbox.append(tx, events.practitioner_registered(edited, at=now), at=now)
    return edited
