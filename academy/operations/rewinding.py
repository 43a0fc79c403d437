"""A service's place in a topic, put back to the first record, so that a read model can be made anew."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from academy.operations.access import CliError
from academy.operations.kafka_log import Group, GroupBusy, Log
from academy.operations.wiring import reading, readings, topics_of
from shared.messaging.cluster import Cluster

_LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Rewinding:
    """What is to be read again by whom."""

    service: str
    topics: Sequence[str]
    records: int
    members: list[str]


async def dry_run(cluster: Cluster, service: str, topics: Sequence[str], *, prefix: str) -> Rewinding:
    """What a rewind would make the service read again, and who stands in its way."""
    for topic in topics:
        _demand_whole(service, topic)
    return await _rewinding(cluster, service, topics, prefix=prefix)


async def survey(cluster: Cluster, service: str, *, prefix: str) -> Rewinding:
    """The same for all that the service reads, as far as Kafka has kept it."""
    return await _rewinding(cluster, service, topics_of(readings(), service), prefix=prefix)


async def _rewinding(cluster: Cluster, service: str, topics: Sequence[str], *, prefix: str) -> Rewinding:
    async with Log(cluster, prefix=prefix) as log:
        spans = await log.spans(topics)
    members = await Group(cluster, prefix + service).members()
    return Rewinding(service, topics, sum(map(len, spans.values())), members)


def _demand_whole(service: str, topic: str) -> None:
    """Only what a service reads, and Kafka has kept from the first event on, can be read again."""
    found = reading(service, topic)
    if found is None:
        raise CliError(f"{service} does not read {topic}")
    if found.retention is not None:
        days = found.retention.days
        again = "; `academy contacts republish` announces them again" if topic.endswith(".contacts") else ""
        raise CliError(f"{topic} keeps its events for {days} days only: nothing can be rebuilt from it{again}")


async def rewind(cluster: Cluster, rewinding: Rewinding, *, prefix: str, patience: float) -> None:
    """Put the offsets back as soon as the group has no members; CliError when it still has some after `patience`."""
    group, deadline = Group(cluster, prefix + rewinding.service), time.monotonic() + patience
    while True:
        try:
            await group.rewind([prefix + topic for topic in rewinding.topics])
        except GroupBusy as busy:
            if time.monotonic() >= deadline:
                raise CliError(_busy(rewinding.service, busy.members)) from busy
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        else:
            return


def _busy(service: str, members: Sequence[str]) -> str:
    return f"{service} is reading ({', '.join(members)}): stop its consumers first; nothing was changed"
