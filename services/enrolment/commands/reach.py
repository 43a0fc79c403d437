from datetime import datetime

from services.enrolment import events
from services.enrolment.commands.reach_disclosure import PROFILES, ProfileName, printed, published
from services.enrolment.domain.periods import Period
from services.enrolment.domain.reach import Dimension
from services.enrolment.domain.reach_reports import ReachReport, internal
from services.enrolment.store import reach
from shared.contracts.enrolment import ReachSnapshotPublished
from shared.messaging import outbox
from shared.postgres.database import Transaction

_SNAPSHOT: tuple[Dimension, ...] = ("system", "role_group", "gender", "ethnicity", "programme")


async def internal_report(
    tx: Transaction, period: Period, *, systems: list[str] | None, caller: str, now: datetime
) -> ReachReport:
    """The exact report; who read it is noted in the same transaction."""
    counted = await reach.count(tx, period, systems=systems)
    await reach.audit(tx, caller=caller, report="reach", period=period, systems=systems, at=now)
    return internal(counted)


async def published_report(tx: Transaction, period: Period, *, profile: ProfileName) -> ReachReport:
    """The report after disclosure control."""
    return published(await reach.count(tx, period, systems=None), PROFILES[profile])


async def publish_snapshot(
    tx: Transaction, period: Period, *, profile: ProfileName, now: datetime
) -> ReachSnapshotPublished:
    """Announce the period's figures after disclosure control, for those who keep them."""
    counted = await reach.count(tx, period, systems=None)
    cells = {dimension: printed(counted, dimension, PROFILES[profile]).values() for dimension in _SNAPSHOT}
    snapshot = events.reach_snapshot(published(counted, PROFILES[profile]), cells, profile=profile, at=now)
    outbox.append(tx, snapshot, at=now)
    return snapshot
