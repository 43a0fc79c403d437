"""Events that are stuck: those deferred on the reading side, those parked on the writing side."""

from collections.abc import Sequence
from typing import Any, TypeAlias, cast
from uuid import UUID

from academy.operations.responses import (
    DeliveryStatus,
    PassedBy,
    PastAction,
    StuckEvent,
    UndecodableRecord,
    Unread,
    WholeEvent,
    WholeRecord,
)
from academy.operations.services import NotThere, ServiceResult, Services, Unfit
from shared.messaging.actions import READING, UNREAD, WRITING, Side

Listed: TypeAlias = StuckEvent | UndecodableRecord


async def deferred(services: Services, state: str, *, most: int) -> list[ServiceResult[list[StuckEvent]]]:
    """Events of others that have no effect yet in a service, in one state."""
    return await services.each(lambda s: services.items(s, READING, StuckEvent, most=most, state=state))


async def parked(services: Services, *, most: int) -> list[ServiceResult[list[StuckEvent]]]:
    """A service's own events that Kafka refuses."""
    return await services.each(lambda s: services.items(s, WRITING, StuckEvent, most=most))


async def those(services: Services, side: Side, service: str, ids: Sequence[UUID], **asked: str) -> Sequence[Listed]:
    """The named events as the service lists them when asked so; those that moved on meanwhile are left out."""
    wanted = set(ids)
    if not wanted:
        return []
    kind = UndecodableRecord if side == UNREAD else StuckEvent
    listed = await services.items(service, side, kind, most=1_000_000, **asked)
    return [event for event in listed if event.event_id in wanted]


async def whole(services: Services, side: Side, event_id: UUID) -> list[ServiceResult[WholeEvent | None]]:
    """The event with its content from each service where it is stuck; None from the others."""

    async def ask(service: str) -> WholeEvent | None:
        try:
            return WholeEvent.model_validate(await services.get(service, f"{side}/{event_id}"))
        except NotThere:
            return None

    return await services.each(ask)


async def undecodable(services: Services, *, most: int) -> list[ServiceResult[Unread]]:
    """Records a service could not read, and those it only counted."""

    async def ask(service: str) -> Unread:
        records = await services.items(service, UNREAD, UndecodableRecord, most=most)
        return Unread(records=records, passed_by=await _passed_by(services, service))

    return await services.each(ask)


async def _passed_by(services: Services, service: str) -> list[PassedBy]:
    """Of releases before, one tells them as an array and earlier ones count none."""
    try:
        answer: Any = await services.get(service, f"{UNREAD}/passed-by")
    except (NotThere, Unfit):
        return []
    counted = cast("list[Any]", answer if isinstance(answer, list) else answer["items"])
    return [PassedBy.model_validate(one) for one in counted]


async def record(services: Services, record_id: UUID) -> list[ServiceResult[WholeRecord | None]]:
    """The record with its content from the service that keeps it; None from the others."""

    async def ask(service: str) -> WholeRecord | None:
        try:
            return WholeRecord.model_validate(await services.get(service, f"{UNREAD}/{record_id}"))
        except NotThere:
            return None

    return await services.each(ask)


async def actions(services: Services, *, most: int) -> list[ServiceResult[list[PastAction]]]:
    """Who did what, newest first."""
    return await services.each(lambda s: services.items(s, "actions", PastAction, most=most))


async def deliveries(services: Services) -> list[ServiceResult[DeliveryStatus]]:
    """How far each service's events have come."""
    return await services.each(lambda s: delivery(services, s))


async def delivery(services: Services, service: str) -> DeliveryStatus:
    """How far one service's events have come."""
    return DeliveryStatus.model_validate(await services.get(service, "delivery"))
