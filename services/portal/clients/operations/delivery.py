"""How far the events of a service have come."""

from collections.abc import Mapping

from services.portal.clients.api import Api, View
from services.portal.clients.operations.everywhere import everywhere


class Delivery(View):
    """Own events on their way out, and those of others on their way in."""

    outbox: int
    parked: int
    oldest_seconds: float
    deferred: int
    dead: int
    undecodable: int = 0
    withheld: str | None = None
    lag: int | None = None
    events_published: Mapping[str, int]
    applied_by_topic: Mapping[str, int]


async def of_all(services: Api) -> Mapping[str, Delivery | None]:
    """Of each service; None of one that is away."""
    return await everywhere(lambda service: services.get(Delivery, f"/{service}/v1/operations/delivery"))
