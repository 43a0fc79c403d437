from datetime import datetime

from services.enrolment.catalogue import events
from services.enrolment.catalogue.commands.reactions import Reactions
from services.enrolment.catalogue.domain.programmes import Programme
from services.enrolment.catalogue.store import cohorts, programmes
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.upserts import Outcome
from shared.web.etag import Precondition


async def publish(
    tx: Transaction, programme: Programme, *, if_match: Precondition, reactions: Reactions, now: datetime
) -> tuple[Outcome, Programme]:
    """Offer a programme or change what it says; saying the same again changes and announces nothing.

    Its cohorts follow what it says of late entry: places that stayed free go to those who still wait.
    """
    if await programmes.insert(tx, programme):
        if_match.must_allow(None)
        outbox.append(tx, events.programme_published(programme, at=now), at=now)
        return "created", programme
    stored = await programmes.lock(tx, programme.programme_code)
    if programme.says_the_same_as(stored):
        return "unchanged", stored
    if_match.must_allow(stored.version)
    edited = programme.following(stored)
    await programmes.update(tx, edited)
    outbox.append(tx, events.programme_published(edited, at=now), at=now)
    if edited.late_entry != stored.late_entry:
        await cohorts.save_late_entry(tx, edited)
        await reactions.late_entry_changed(tx, edited, now=now)
    return "changed", edited
