from datetime import datetime

from services.talent.pools import events
from services.talent.pools.domain.assessments import JudgementNotRecorded
from services.talent.pools.domain.members import Member, Outcome
from services.talent.pools.store import assessments, codes, members
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.web.etag import Precondition


async def keep(tx: Transaction, member: Member, *, if_match: Precondition, now: datetime) -> tuple[Outcome, Member]:
    """Let a person join the pools, or change what is kept of them; the same told again changes nothing.

    A repeated joining is known by its judgement, which stays in the history whatever was decided later.
    """
    member.check(await codes.in_force(tx, day_of(now)), day_of(now))
    if await members.insert(tx, member):
        if_match.must_allow(None)
        await _join(tx, member, now=now)
        return "joined", member
    stored = await members.lock(tx, member.person_id)
    if not await assessments.is_recorded(tx, member.person_id, member.judgement):
        raise JudgementNotRecorded("record a new judgement as an assessment, then edit the details")
    if member.is_described_like(stored):
        return "unchanged", stored
    if_match.must_allow(stored.version)
    return "changed", await _describe(tx, stored, member, now=now)


async def _join(tx: Transaction, member: Member, *, now: datetime) -> None:
    await members.insert_post(tx, member, held_from=None, at=now)
    await assessments.insert(tx, member.assessment(member.judgement, at=now))
    outbox.append(tx, events.contact_changed(member), at=now)
    outbox.append(tx, events.pool_member_joined(member, at=now), at=now)


async def _describe(tx: Transaction, stored: Member, wanted: Member, *, now: datetime) -> Member:
    edited = stored.described_as(wanted)
    await members.update(tx, edited)
    if edited.post != stored.post:
        await members.insert_post(tx, edited, held_from=day_of(now), at=now)
    if not edited.is_reached_like(stored):
        outbox.append(tx, events.contact_changed(edited), at=now)
    return edited
