"""Whether every event that was published has reached every service that listens to its topic.

A key's last event, were it lost, would leave no gap for its readers to see: only these counts can show it.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from academy.operations import stuck
from academy.operations.kafka_log import Group
from academy.operations.responses import DeliveryStatus, StuckEvent
from academy.operations.services import ServiceResult, Services
from academy.operations.wiring import Reading, readings, topics_of
from shared.messaging.cluster import Cluster

Verdict = Literal["well", "on the way", "deferred", "parked", "missing", "ahead", "exempt", "unknown"]
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One topic as one service reads it."""

    topic: str
    reader: str
    published: int | None
    applied: int | None
    deferred: int
    lag: int
    outbox: int
    verdict: Verdict

    @property
    def missing(self) -> int:
        """Events that are nowhere: published, not applied, not deferred; meant only when nothing is on the way."""
        if self.verdict != "missing" or self.published is None or self.applied is None:
            return 0
        return self.published - self.applied - self.deferred

    @property
    def well(self) -> bool:
        """Whether nobody need look at it."""
        return self.verdict in {"well", "on the way", "exempt"}

    def document(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self) | {"missing": self.missing, "well": self.well}


@dataclass(frozen=True, slots=True)
class Look:
    """What was counted, in an order that makes no lost event of one that only moved meanwhile.

    First what was published, then whether the outboxes are empty, then lag, then what is deferred, then what was
    applied: an event counted first and under way later is found in one of the later counts. Once more what was
    published, for a reader cannot be ahead of what its owner has written by then.
    """

    published: Mapping[str, DeliveryStatus]
    outbox: Mapping[str, DeliveryStatus]
    lag: Mapping[str, Mapping[str, int]]
    parked: Mapping[str, Counter[str]]
    deferred: Mapping[str, Counter[str]]
    applied: Mapping[str, DeliveryStatus]
    errors: Mapping[str, str]

    @property
    def heard(self) -> set[str]:
        """The services that answered each time."""
        return set(self.applied) - set(self.errors)


async def audit(services: Services, cluster: Cluster, *, prefix: str) -> tuple[list[Line], Mapping[str, str]]:
    """A line for each topic and reader, and the services that told nothing, with the reason."""
    wanted = [r for r in readings() if r.reader in services.names]
    look = await _look(services, wanted, cluster, prefix)
    return [_line(reading, look) for reading in wanted], look.errors


async def _look(services: Services, wanted: Sequence[Reading], cluster: Cluster, prefix: str) -> Look:
    errors: dict[str, str] = {}
    return Look(
        published=await _deliveries(services, errors),
        outbox=await _deliveries(services, errors),
        lag=await _lags(wanted, cluster, prefix),
        parked=_by_topic(await stuck.parked(services, most=_ALL), errors),
        deferred=await _deferred(services, errors),
        applied=await _deliveries(services, errors),
        errors=errors,
    )


async def _deliveries(services: Services, errors: dict[str, str]) -> dict[str, DeliveryStatus]:
    results = await stuck.deliveries(services)
    errors.update({t.service: t.error for t in results if t.error})
    return {t.service: t.value for t in results if t.value is not None}


async def _lags(wanted: Sequence[Reading], cluster: Cluster, prefix: str) -> dict[str, dict[str, int]]:
    readers = sorted({r.reader for r in wanted})

    async def of(reader: str) -> dict[str, int]:
        names = [prefix + topic for topic in topics_of(wanted, reader)]
        behind = await Group(cluster, prefix + reader).behind(names)
        return {name.removeprefix(prefix): count for name, count in behind.items()}

    return dict(zip(readers, await asyncio.gather(*map(of, readers)), strict=True))


async def _deferred(services: Services, errors: dict[str, str]) -> dict[str, Counter[str]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for state in ("dead", "retry", "gap"):
        for service, topics in _by_topic(await stuck.deferred(services, state, most=_ALL), errors).items():
            found[service].update(topics)
    return found


def _by_topic(results: Sequence[ServiceResult[list[StuckEvent]]], errors: dict[str, str]) -> dict[str, Counter[str]]:
    errors.update({t.service: t.error for t in results if t.error})
    return {t.service: Counter(event.topic for event in t.value or ()) for t in results}


def _line(reading: Reading, look: Look) -> Line:
    if not {reading.owner, reading.reader} <= look.heard:
        return Line(reading.topic, reading.reader, None, None, 0, 0, 0, "unknown")
    published = look.published[reading.owner].events_published.get(reading.topic, 0)
    applied = look.applied[reading.reader].applied_by_topic.get(reading.topic, 0)
    line = Line(
        reading.topic,
        reading.reader,
        published,
        applied,
        deferred=look.deferred[reading.reader][reading.topic],
        lag=look.lag[reading.reader].get(reading.topic, 0),
        outbox=look.outbox[reading.owner].outbox,
        verdict="unknown",
    )
    return replace(line, verdict=_verdict(reading, look, line, applied, short=published - applied - line.deferred))


def _verdict(reading: Reading, look: Look, line: Line, applied: int, *, short: int) -> Verdict:
    """How it stands with a topic of which `short` events are neither applied nor deferred."""
    written = look.applied[reading.owner].events_published
    if line.deferred:
        return "deferred"
    if short > 0 and look.parked[reading.owner][reading.topic]:
        return "parked"
    if reading.retention is not None:
        return "exempt"
    if applied > written.get(reading.topic, applied):
        return "ahead"
    if short > 0:
        return "on the way" if line.lag or line.outbox else "missing"
    return "well"
