from datetime import datetime

from services.enrolment import events
from services.enrolment.commands.places import hand_on
from services.enrolment.domain.learners import Outcome
from services.enrolment.domain.programmes import Programme
from services.enrolment.store import cohorts, programmes
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.web.etag import Precondition


async def publish(
    tx: Transaction, programme: Programme, *, if_match: Precondition, now: datetime
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
        await _change_late_entry(tx, edited, now=now)
    return "changed", edited


async def _change_late_entry(tx: Transaction, programme: Programme, *, now: datetime) -> None:
    await cohorts.save_late_entry(tx, programme)
    for cohort in await cohorts.lock_waited_for(tx, programme.programme_code):
        await hand_on(tx, cohort, now=now)
        await cohorts.save_places(tx, cohort)
