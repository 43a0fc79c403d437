from datetime import datetime

from services.enrolment.catalogue import events
from services.enrolment.catalogue.commands.reactions import Reactions
from services.enrolment.catalogue.domain.programmes import Programme
from services.enrolment.catalogue.store import cohorts, programmes
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.upserts import ExpectedVersion, Upserted, upsert


async def publish(
    tx: Transaction, programme: Programme, *, expected_version: ExpectedVersion, reactions: Reactions, now: datetime
) -> Upserted[Programme]:
    """Offer a programme or change what it says; saying the same again changes and announces nothing.

    Its cohorts follow what it says of late entry: places that stayed free go to those who still wait.
    """
    written = await upsert(tx, programmes, programme.programme_code, programme, expected_version)
    if written.outcome == "unchanged":
        return written
    outbox.append(tx, events.programme_published(written.record, at=now), at=now)
    if written.before is not None and written.before.late_entry != programme.late_entry:
        await cohorts.save_late_entry(tx, written.record)
        await reactions.late_entry_changed(tx, written.record, now=now)
    return written
