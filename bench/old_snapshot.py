"""How fast the outbox drains while somebody's old snapshot keeps what was sent before from being vacuumed."""

from collections.abc import AsyncIterator

from bench.drain import ROWS, drain, stock
from bench.enrolled import TOPIC
from bench.measure import Measure
from bench.stage import Stage
from tests.support.snapshots import an_old_snapshot

_ROUNDS = 3
_FILLS = 2


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """The same relay drains the same rows, first without the snapshot; the best of each."""
    async with stage.room("enrolment", TOPIC) as room, room.connected() as db:
        await stock(room.database)
        async with room.role("relay"):
            without = min([await drain(room, db) for _ in range(_ROUNDS)])
            async with an_old_snapshot(room.database):
                for _ in range(_FILLS):
                    await drain(room, db)
                under = min([await drain(room, db) for _ in range(_ROUNDS)])
    about = f"{ROWS:,} rows beside {_FILLS * ROWS:,} dead ones and more that cannot be vacuumed, against none"
    yield Measure("drain_under_old_snapshot", ROWS / under, "events/s", ROWS / without, f"{about}; best of {_ROUNDS}")
