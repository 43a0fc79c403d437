from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TypeAlias

from services.enrolment.people import events
from services.enrolment.people.domain.learners import Learner, RowResult
from services.enrolment.people.domain.organisations import Workplaces
from services.enrolment.people.store import codes, learners, organisations
from shared.codes import CodeLists, changed
from shared.errors import Invalid, PreconditionRequired
from shared.ids import PersonId
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.upserts import ExpectedVersion, Upserted, upsert

Learners: TypeAlias = Mapping[PersonId, Learner]


async def upsert_learner(
    tx: Transaction, learner: Learner, *, expected_version: ExpectedVersion, now: datetime
) -> Upserted[Learner]:
    """Keep a learner's record; its contact details are announced when they are new, changed, or given again."""
    held = await learners.lock_all(tx, [learner.person_id])
    stored = held.get(learner.person_id)
    learner.check(*await _in_force(tx, [learner], held, now=now), before=stored)
    written = await upsert(tx, learners, learner.person_id, learner, expected_version, stored=stored)
    if written.outcome == "unchanged":
        await _announce_again(tx, learner, written.record, now=now)
    elif written.before is None or not written.record.same_contact_as(written.before):
        outbox.append(tx, events.contact_changed(written.record), at=now)
    return written


async def register_learner(tx: Transaction, learner: Learner, *, now: datetime) -> Learner:
    """Keep a new person's record, unless somebody is known under the e-mail; two at once wait for each other."""
    learner.check(*await _in_force(tx, [learner], {}, now=now))
    await learners.lock_email(tx, learner.email)
    known = await learners.known_under(tx, learner.email)
    if known is not None:
        raise known.already_known()
    await learners.insert(tx, learner)
    outbox.append(tx, events.contact_changed(learner), at=now)
    return learner


async def insert_learners(tx: Transaction, rows: Sequence[Learner], *, now: datetime) -> list[RowResult]:
    """Keep up to a hundred new learners at once; a bad row refuses only itself, and no stored content is changed.

    A row that says what is stored stands by its e-mail, as staff do who save a record as it is.
    """
    held = await learners.lock_all(tx, {row.person_id for row in rows})
    lists, workplaces = await _in_force(tx, rows, held, now=now)
    judged = [(row, _refusal(row, lists, workplaces, before=held.get(row.person_id))) for row in rows]
    firsts = {row.person_id: row for row, refusal in reversed(judged) if refusal is None}
    created = await _insert_all(tx, firsts, but=held)
    stored = await _stored(tx, firsts.keys() - created, held)
    for person_id, learner in stored.items():
        if firsts[person_id].same_content_as(learner):
            await _announce_again(tx, firsts[person_id], learner, now=now)
    known = {**firsts, **stored}
    for person_id in created:
        outbox.append(tx, events.contact_changed(firsts[person_id]), at=now)
    return [refusal or _result(row, known[row.person_id], created) for row, refusal in judged]


async def _insert_all(tx: Transaction, wanted: Learners, *, but: Learners) -> set[PersonId]:
    """Who is new."""
    rows = [row for person_id, row in wanted.items() if person_id not in but]
    return await learners.insert_all(tx, rows) if rows else set()


async def _stored(tx: Transaction, person_ids: AbstractSet[PersonId], held: Learners) -> Learners:
    """The records of these people; one that is not held is of somebody whom another batch entered meanwhile."""
    others = person_ids - held.keys()
    found = await learners.lock_all(tx, others) if others else {}
    return {person_id: held.get(person_id) or found[person_id] for person_id in person_ids}


async def _in_force(
    tx: Transaction, rows: Sequence[Learner], held: Learners, *, now: datetime
) -> tuple[CodeLists, Workplaces]:
    """What the records name of the lists, asked for at once; but for what stays as it is stored."""
    pairs = [(row, held.get(row.person_id)) for row in rows]
    named = {code for row, before in pairs for code in changed(row, before)}
    workplaces = {row.workplace for row, before in pairs if before is None or before.workplace != row.workplace}
    today = day_of(now)
    return await codes.in_force(tx, named, today), await organisations.in_force(tx, workplaces, today)


async def _announce_again(tx: Transaction, learner: Learner, stored: Learner, *, now: datetime) -> None:
    """What is written is what is stored; whose word the e-mail is may change all the same."""
    again = learner.announced_again(stored)
    if again is not None:
        await learners.update(tx, again)
        outbox.append(tx, events.contact_changed(again), at=now)


def _refusal(row: Learner, lists: CodeLists, workplaces: Workplaces, *, before: Learner | None) -> RowResult | None:
    try:
        row.check(lists, workplaces, before=before)
    except Invalid as refusal:
        errors = (refusal, *refusal.beside)
        return RowResult(row.person_id, "refused", refusal.code, "; ".join(map(str, errors)), errors)
    return None


def _result(row: Learner, known: Learner, created: set[PersonId]) -> RowResult:
    if not row.same_content_as(known):
        message = "this person is known with other content; edit the record by itself"
        return RowResult(row.person_id, "refused", PreconditionRequired.code, message)
    return RowResult(row.person_id, "created" if row.person_id in created else "unchanged")
