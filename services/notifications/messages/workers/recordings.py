"""Messages about recordings that never come are waited for no longer."""

from services.notifications.messages.commands import recordings
from shared.workers import WorkerContext

BATCH = 500


async def give_up(context: WorkerContext) -> int:
    """How many were given up."""
    return await context.db.run(recordings.give_up, now=context.now, limit=BATCH)
