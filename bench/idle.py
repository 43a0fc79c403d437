"""How often a service that has nothing to do speaks to its database."""

import asyncio
import time
from collections.abc import AsyncIterator

from bench.lanes import shared_out
from bench.measure import Measure
from bench.stage import Room, Stage
from services.notifications.app import service

_SETTLING = 3.0
_SECONDS = 12.0


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """One relay by itself; then a consumer with all its workers, of the service that has most of both."""
    async with stage.room("enrolment") as room, room.role("relay"):
        await shared_out(room, 1)
        yield Measure("idle_relay", await _rate(room), "statements/s", note="one relay that owns all lanes")
    async with stage.room("notifications", *service.listens_to()) as room, room.role("consumer"):
        workers = ", ".join(worker.name for worker in service.workers)
        yield Measure("idle_consumer", await _rate(room), "statements/s", note=f"notifications, with {workers}")


async def _rate(room: Room) -> float:
    await asyncio.sleep(_SETTLING)
    before, began = await room.stage.statements(room), time.monotonic()
    await asyncio.sleep(_SECONDS)
    return (await room.stage.statements(room) - before) / (time.monotonic() - began)
