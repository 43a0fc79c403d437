"""The age of the oldest unsent event tells of what Kafka is owed, not of what waits behind a parked event."""

from uuid import UUID

import pytest

from shared.messaging import figures
from shared.postgres.database import Database, Transaction
from shared.web import operations
from tests.support.delivery import TOPIC, announce, keys_in, numbered

STUCK, FREE = keys_in(2, 2)
HOUR, DAY = 3600, 86_400
QUESTIONS = {"the relay's": (figures.SQL["depth"], ([TOPIC], 1000)), "the report's": (operations.SQL["delivery"], ())}


async def _grow_old(tx: Transaction, key: UUID, seconds: int) -> None:
    await tx.execute(
        "update outbox set recorded_at = clock_timestamp() - make_interval(secs => $2) where key = $1",
        str(key),
        seconds,
    )


async def _park_its_first(tx: Transaction, key: UUID) -> None:
    await tx.execute("update outbox set parked_at = clock_timestamp() where key = $1 and version = 1", str(key))


@pytest.mark.parametrize("whose", sorted(QUESTIONS))
async def test_what_waits_behind_a_parked_event_is_not_the_oldest(db: Database, whose: str) -> None:
    query, arguments = QUESTIONS[whose]

    async def oldest() -> float:
        row = await db.read(lambda tx: tx.fetchrow(query, *arguments))
        assert row is not None
        return row["oldest_seconds"]

    await db.run(announce, *(numbered(STUCK, n) for n in (1, 2, 3)))
    await db.run(_grow_old, STUCK, 2 * DAY)
    assert await oldest() >= 2 * DAY
    await db.run(_park_its_first, STUCK)
    assert await oldest() == 0
    await db.run(announce, numbered(FREE, 1))
    await db.run(_grow_old, FREE, HOUR)
    assert HOUR <= await oldest() < DAY
