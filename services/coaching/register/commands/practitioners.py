from datetime import datetime

from services.coaching.register import events
from services.coaching.register.domain.practitioners import Entry, Practitioner
from services.coaching.register.store import codes, practitioners
from shared.ids import PersonId
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.upserts import ExpectedVersion, Upserted, upsert


async def register(
    tx: Transaction, person_id: PersonId, entry: Entry, *, expected_version: ExpectedVersion, now: datetime
) -> Upserted[Practitioner]:
    """Enter a practitioner on the register, or change the entry; the same told again changes nothing."""
    stored = await practitioners.held(tx, person_id)
    lists = await codes.in_force(tx, entry, day_of(now), before=stored.entry if stored else None)
    wanted = Practitioner.registered(person_id, entry, lists, at=now, before=stored)
    written = await upsert(tx, practitioners, person_id, wanted, expected_version, stored=stored)
    if written.outcome != "unchanged":
        _announce(tx, written.record, written.before, now=now)
    return written


def _announce(tx: Transaction, edited: Practitioner, before: Practitioner | None, *, now: datetime) -> None:
    if before is None or not edited.same_contact_as(before):
        outbox.append(tx, events.contact_changed(edited), at=now)
    if before is None or not edited.stands_like(before):
        outbox.append(tx, events.practitioner_registered(edited, at=now), at=now)
