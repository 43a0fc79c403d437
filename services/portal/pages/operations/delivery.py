"""Whether everything runs, and what waits for somebody's decision."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Response

from services.portal.clients import clock
from services.portal.clients.additions import if_there
from services.portal.clients.operations import delivery
from services.portal.clients.operations.delivery import Delivery
from services.portal.frame.templates import counted
from services.portal.pages.visit import Somebody

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody has to look at, and where."""

    text: str
    href: str | None = None


@router.get("/operations")
async def health(visit: Somebody) -> Response:
    """A line of each service; one that is away has a line too."""
    standing, time = await asyncio.gather(delivery.of_all(visit.services), if_there(clock.replayed(visit.services)))
    return visit.page("health.html.j2", standing=standing, decisions=list(decisions(standing)), time=time)


def decisions(standing: Mapping[str, Delivery | None]) -> Iterator[Decision]:
    """In the order of the services, of each the worst first."""
    for service, found in standing.items():
        if found is None:
            yield Decision(f"{service.capitalize()} does not answer")
            continue
        if found.withheld:
            yield Decision(f"{service.capitalize()} holds its events back since it was restored", "/operations/topics")
        if found.dead:
            yield Decision(
                f"{counted(found.dead, 'dead event')} at {service}", f"/operations/dead?service={service}&state=dead"
            )
        if found.parked:
            yield Decision(
                f"{counted(found.parked, 'event')} of {service} that Kafka refuses",
                f"/operations/parked?service={service}",
            )
        if found.undecodable:
            yield Decision(f"{counted(found.undecodable, 'record')} at {service} that cannot be read")
