"""Which moment the services live in: a replayed year has a time of its own."""

from datetime import datetime

from services.portal.clients.api import Api, View
from shared.clock import SystemClock, in_words


class Readiness(View):
    """What a service tells whoever asks whether it is ready."""

    moment: datetime | None = None


async def replayed(services: Api) -> str | None:
    """`it is 1 April 2021 here`, as enrolment says it; None in real time."""
    told = await services.get(Readiness, "/enrolment/readyz")
    return in_words(told.moment) if told.moment else None


async def now(services: Api) -> datetime:
    """The moment it is where enrolment lives, so that pages tell past and future apart as it does."""
    told = await services.get(Readiness, "/enrolment/readyz")
    return told.moment or SystemClock().now()
