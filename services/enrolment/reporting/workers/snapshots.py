"""The published reach: a month is closed soon after it is over."""

from services.enrolment.reporting.commands.snapshots import RELEASES
from shared.workers import WorkerContext


async def publish(context: WorkerContext) -> int:
    """How many snapshots were published."""
    return await RELEASES.publish_due(context.db, context.now)
