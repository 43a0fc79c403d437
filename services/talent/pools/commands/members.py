from datetime import datetime
from functools import partial

from services.talent.pools import events
from services.talent.pools.domain.assessments import JudgementNotRecorded
from services.talent.pools.domain.members import Member
from services.talent.pools.store import assessments, codes, members
from shared.codes import changed
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.upserts import ExpectedVersion, Upserted, upsert


async def upsert_member(
    tx: Transaction, member: Member, *, expected_version: ExpectedVersion, now: datetime
) -> Upserted[Member]:
    """Let a person join the pools, or change what is kept of them; the same told again changes nothing.

    A repeated joining is known by its judgement, which stays in the history whatever was decided later.
    """
    stored, today = await members.held(tx, member.person_id), day_of(now)
    member.check(await codes.in_force(tx, changed(member, stored), today), today, before=stored)
    recorded = partial(_must_be_recorded, tx, member)
    written = await upsert(tx, members, member.person_id, member, expected_version, stored=stored, check=recorded)
    if written.before is None:
        await _announce_joining(tx, member, now=now)
    elif written.outcome == "changed":
        await _announce_change(tx, written.record, written.before, now=now)
    return written


async def _must_be_recorded(tx: Transaction, member: Member, _: Member) -> None:
    if not await assessments.is_recorded(tx, member.person_id, member.judgement):
        raise JudgementNotRecorded("record a new judgement as an assessment, then edit the details")


async def _announce_joining(tx: Transaction, member: Member, *, now: datetime) -> None:
    await members.insert_position(tx, member, held_from=None, at=now)
    await assessments.insert(tx, member.assessment(member.judgement, at=now))
    outbox.append(tx, events.contact_changed(member), at=now)
    outbox.append(tx, events.pool_member_joined(member, at=now), at=now)


async def _announce_change(tx: Transaction, edited: Member, stored: Member, *, now: datetime) -> None:
    if edited.position != stored.position:
        await members.insert_position(tx, edited, held_from=day_of(now), at=now)
    if not edited.same_contact_as(stored):
        outbox.append(tx, events.contact_changed(edited), at=now)
