from datetime import datetime

from services.enrolment.catalogue import events
from services.enrolment.catalogue.commands.reactions import Reactions
from services.enrolment.catalogue.domain.changes import Action, Change, difference
from services.enrolment.catalogue.domain.programmes import Programme
from services.enrolment.catalogue.store import changes, cohorts, programmes
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.upserts import ExpectedVersion, Upserted, upsert


async def publish(
    tx: Transaction,
    programme: Programme,
    *,
    expected_version: ExpectedVersion,
    by: str,
    reactions: Reactions,
    now: datetime,
) -> Upserted[Programme]:
    """Offer a programme or change what it says; saying the same again changes and announces nothing.

    One that was retired is offered again. Its cohorts follow what it says of late entry: places that stayed free go to
    those who still wait.
    """
    written = await upsert(tx, programmes, programme.programme_code, programme, expected_version)
    if written.outcome == "unchanged":
        return written
    await _note(tx, written, by=by, at=now)
    outbox.append(tx, events.programme_published(written.record, at=now), at=now)
    if written.before is not None and written.before.late_entry != programme.late_entry:
        await cohorts.save_late_entry(tx, written.record)
        await reactions.late_entry_changed(tx, written.record, now=now)
    return written


async def retire(tx: Transaction, code: str, *, by: str, now: datetime) -> Programme:
    """Offer a programme no more; said again it changes nothing."""
    stored = await programmes.lock(tx, code)
    if stored.retired_at is not None:
        return stored
    retired = stored.retired(at=now)
    await programmes.update(tx, retired)
    await changes.insert(tx, Change.of("programme", code, retired.version, "retired", by=by, at=now))
    outbox.append(tx, events.programme_retired(retired, at=now), at=now)
    return retired


async def _note(tx: Transaction, written: Upserted[Programme], *, by: str, at: datetime) -> None:
    programme, before = written.record, written.before
    action: Action = "created" if before is None else "edited"
    fields = difference(before, programme) if before is not None else None
    code, version = programme.programme_code, programme.version
    await changes.insert(tx, Change.of("programme", code, version, action, by=by, at=at, fields=fields))
