"""A service whose database was set back: compared with its topics, its reading put back, then let go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from uuid import uuid4

from academy.operations.responses import Lane, LostEvent, Standing
from academy.operations.rewinding import Rewinding, rewind, survey
from academy.operations.services import ServiceResult, Services
from shared.messaging.cluster import Cluster

PATH = "streams"
_LANE_SECONDS = 120.0
"""One answer reads a lane from its first record to its last."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the topics lie, what stands before their names, and how many seconds to wait for a group to be left."""

    cluster: Cluster
    prefix: str
    patience: float


@dataclass(frozen=True, slots=True)
class ReconcileRequest:
    """What is asked of one service, and why; a dry run counts and changes nothing."""

    service: str
    topics: Sequence[str]
    lanes: int
    reason: str
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What the lanes of one service came to."""

    lanes: Sequence[Lane]

    def total(self, figure: str, topic: str | None = None) -> int:
        """The sum of one figure, over one topic or all."""
        return sum(getattr(lane, figure) for lane in self.lanes if topic in {None, lane.topic})

    @property
    def topics(self) -> list[str]:
        """In the order they were compared."""
        return list(dict.fromkeys(lane.topic for lane in self.lanes))

    @property
    def lost_events(self) -> list[LostEvent]:
        """The first thousand of every lane."""
        return [event for lane in self.lanes for event in lane.lost_events]


async def standings(services: Services) -> list[ServiceResult[Standing]]:
    """Which services publish, and which wait to be reconciled."""
    return await services.each(lambda service: standing(services, service))


async def standing(services: Services, service: str) -> Standing:
    """How it stands with one service."""
    return Standing.model_validate(await services.get(service, PATH))


async def compare(services: Services, request: ReconcileRequest, progress: Progress) -> Findings:
    """Every lane of the service's topics, one after the other; done again, it goes on where it was cut short."""
    found: list[Lane] = []
    for topic, lane in product(request.topics, range(request.lanes // len(request.topics))):
        progress(f"{request.service} {topic} lane {lane}")
        body = {"topic": topic, "lane": lane, "reason": request.reason, "dry_run": request.dry_run}
        answer = await services.post(
            request.service, f"{PATH}/reconcile", body, key=str(uuid4()), seconds=_LANE_SECONDS
        )
        found.append(Lane.model_validate(answer))
    return Findings(found)


async def to_read_again(broker: Broker, service: str) -> Rewinding:
    """What the service has yet to apply may stand before its group's offsets: all it reads is read again."""
    return await survey(broker.cluster, service, prefix=broker.prefix)


async def go_on(services: Services, broker: Broker, request: ReconcileRequest, reading: Rewinding) -> Standing:
    """Put the offsets back while nobody reads, then let the service publish and read."""
    if reading.topics:
        await rewind(broker.cluster, reading, prefix=broker.prefix, patience=broker.patience)
    body = {"reason": request.reason, "dry_run": False}
    return Standing.model_validate(await services.post(request.service, f"{PATH}/resume", body, key=str(uuid4())))
