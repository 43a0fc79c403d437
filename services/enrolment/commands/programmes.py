from datetime import datetime

from services.enrolment import events
from services.enrolment.domain.learners import Outcome
from services.enrolment.domain.programmes import Programme
from services.enrolment.store import programmes
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.web import etag


async def publish(
    tx: Transaction, programme: Programme, *, if_match: int | None, now: datetime
) -> tuple[Outcome, Programme]:
    """Offer a programme or change what it says; saying the same again changes and announces nothing."""
    if await programmes.insert(tx, programme):
        outbox.append(tx, events.programme_published(programme, at=now), at=now)
        return "created", programme
    stored = await programmes.lock(tx, programme.programme_code)
    if programme.says_the_same_as(stored):
        return "unchanged", stored
    etag.check(if_match, stored.version)
    edited = programme.following(stored)
    await programmes.update(tx, edited)
    outbox.append(tx, events.programme_published(edited, at=now), at=now)
    return "changed", edited
