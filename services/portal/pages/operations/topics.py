"""Who announces on which topic, who listens, and how far they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response

from services.portal.clients.operations import delivery
from services.portal.clients.operations.delivery import Delivery
from services.portal.pages.visit import Somebody
from shared.contracts.topics import TOPICS, Topic, owner

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Flow:
    """A topic: what was announced on it, and what each listener made of it; None where the announcer is away."""

    topic: Topic
    announcer: str
    announced: int | None
    applied: Sequence[tuple[str, int]]


@router.get("/operations/topics")
async def topics(visit: Somebody) -> Response:
    """Every declared topic, also one on which nothing happened yet."""
    standing = await delivery.of_all(visit.services)
    return visit.page("topics.html.j2", flows=flows(standing), standing=standing)


def flows(standing: Mapping[str, Delivery | None]) -> Sequence[Flow]:
    """Of each topic in the order of the catalogue."""
    return [_flow(topic, standing) for topic in TOPICS]


def _flow(topic: Topic, standing: Mapping[str, Delivery | None]) -> Flow:
    announcer = owner(topic.name)
    told = standing.get(announcer)
    there = {service: found.applied_by_topic for service, found in standing.items() if found}
    applied = [(service, by_topic[topic.name]) for service, by_topic in there.items() if topic.name in by_topic]
    return Flow(topic, announcer, told.events_published.get(topic.name, 0) if told else None, applied)
