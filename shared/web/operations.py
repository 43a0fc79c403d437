"""What ops and probes ask every service: alive, ready, figures, and how far its events have come."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Literal, TypeAlias, cast

from fastapi import APIRouter, Request
from pydantic import Field

from shared.clock import Clock, TimeShiftRefused, end_replay, in_words
from shared.messaging import streams
from shared.observability.health import Health
from shared.postgres.database import UNAVAILABLE, Transaction
from shared.postgres.queries import Queries
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.principal import REGION, Principal, allowed
from shared.web.probes import probes
from shared.web.refusals import refuses
from shared.web.views import View

SQL = Queries(__file__)

Lag: TypeAlias = Callable[[], Awaitable[int | None]]


class DeliveryStatus(View):
    """How far the service's own events have come, and how far it has come with those of others."""

    outbox: int = Field(description="Own events that have not left.", examples=[0])
    parked: int = Field(description="Of those, what Kafka refuses.", examples=[0])
    oldest_seconds: float = Field(description="Age of the oldest that has not left.", examples=[0.0])
    deferred: int = Field(description="Events of others that have no effect yet.", examples=[0])
    dead: int = Field(description="Of those, what was given up.", examples=[0])
    undecodable: int = Field(default=0, description="Records that are no event.", examples=[0])
    withheld: Literal["restored", "recovering"] | None = Field(
        description="Why it does not publish; null while it does.", examples=[None]
    )
    lag: int | None = Field(
        description="Records of others still to be read; null where it cannot be told.", examples=[0]
    )
    events_published: dict[str, int] = Field(description="So far, by topic.", examples=[{"enrolment.learners": 120}])
    events_applied: int = Field(description="So far.", examples=[120])
    applied_by_topic: dict[str, int] = Field(description="So far, by topic.", examples=[{"enrolment.learners": 120}])


class Tick(View):
    """The moment a replayed service has reached."""

    moment: datetime = Field(description="UTC.")


def operations(name: str, role: str, health: Health, lag: Lag) -> APIRouter:
    """The probes of a process, and the delivery report of its service."""
    router = probes(name, role, health, _time)

    @router.get("/v1/operations/delivery", tags=["operations"])
    async def delivery(
        caller: Annotated[Principal, allowed(ops=REGION, service=REGION)],
        db: Db,
    ) -> DeliveryStatus:
        """Outbox depth, deferred events, consumer lag, and events published so far by topic."""
        return await db.read(_delivery, await lag())

    @router.post("/v1/clock/ticks", tags=["operations"])
    async def tick(
        caller: Annotated[Principal, allowed(replay=REGION)],
        once: Idempotent,
        now: Now,
    ) -> Tick:
        """Let a replayed service know that time has come this far, so that due work runs."""
        return await once.run(Tick, _tick, now)

    @router.post("/v1/clock/end", tags=["operations"])
    @refuses(TimeShiftRefused)
    async def end_of_replay(
        request: Request, caller: Annotated[Principal, allowed(replay=REGION)], once: Idempotent
    ) -> Tick:
        """Let a replayed service go over to real time, on what it has; it replays nothing any more."""
        if not request.app.state.replaying:
            raise TimeShiftRefused("this service lives in real time")
        ended = await once.run(Tick, _end)
        await cast("Clock", request.app.state.clock).refresh()
        return ended

    return router


async def _time(request: Request) -> dict[str, str]:
    """Whoever looks is told where time is not real; real time is not worth a word.

    As other processes of the service may have moved it; as last known where the database has just gone.
    """
    clock = cast("Clock", request.app.state.clock)
    with suppress(*UNAVAILABLE):
        await clock.refresh()
    replayed = clock.replayed
    return {"clock": in_words(replayed), "moment": replayed.isoformat()} if replayed else {}


async def _end(tx: Transaction) -> Tick:
    return Tick(moment=await end_replay(tx))


async def _tick(_: Transaction, now: datetime) -> Tick:
    return Tick(moment=now)


async def _delivery(tx: Transaction, lag: int | None) -> DeliveryStatus:
    row = await tx.fetchrow(SQL["delivery"])
    published, applied = await tx.fetch(SQL["published"]), await tx.fetch(SQL["applied"])
    return DeliveryStatus(
        **dict(row or {}),
        withheld=await streams.withheld(tx),
        lag=lag,
        events_published={r["topic"]: int(r["events"]) for r in published},
        events_applied=int(sum(r["events"] for r in applied)),
        applied_by_topic={r["topic"]: int(r["events"]) for r in applied},
    )
