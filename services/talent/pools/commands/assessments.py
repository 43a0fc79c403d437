from datetime import datetime

from services.talent.pools import events
from services.talent.pools.domain.assessments import Assessment, Judgement
from services.talent.pools.store import assessments, members
from shared.ids import PersonId
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction


async def assess(tx: Transaction, person_id: PersonId, judgement: Judgement, *, now: datetime) -> Assessment:
    """Record what people decided; announced only where it moves the member to another pool."""
    judgement.ensure_not_future(day_of(now))
    member = await members.lock(tx, person_id)
    assessed = member.assessed(judgement)
    await members.update(tx, assessed)
    assessment = assessed.assessment(judgement, at=now)
    await assessments.insert(tx, assessment)
    previous = member.judgement.readiness
    if assessed.judgement.readiness != previous:
        outbox.append(tx, events.pool_readiness_changed(assessed, previous=previous, at=now), at=now)
    return assessment
