"""A topic counted from its first record to its last: what any subscriber sees who starts at the beginning."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from academy.operations.kafka_log import Log, LogRecord
from shared.contracts.envelope import Envelope, EventSkipped
from shared.contracts.topics import TOPICS
from shared.messaging.wire import Undecodable

_WITH_RETENTION = frozenset(topic.name for topic in TOPICS if topic.retention is not None)


@dataclass(slots=True)
class TopicCount:
    """The counts of one topic; `missing` versions and `twice` used ones must be zero."""

    topic: str
    records: int = 0
    events: int = 0
    repeats: int = 0
    missing: int = 0
    twice: int = 0
    skipped: int = 0
    undecodable: int = 0
    has_retention: bool = False
    _last: dict[str, tuple[int, UUID]] = field(default_factory=dict[str, tuple[int, UUID]], repr=False)

    @property
    def keys(self) -> int:
        """How many persons, cohorts or the like the topic tells of."""
        return len(self._last)

    @property
    def well(self) -> bool:
        """Whether the first occurrences of every key are 1, 2, 3 … and each version is one event."""
        return not self.missing and not self.twice

    def add(self, record: LogRecord) -> None:
        """Count the next record of the topic; records of a partition come in the order of the log."""
        self.records += 1
        if isinstance(record.content, Undecodable):
            self.undecodable += 1
        else:
            self._count(record.content.envelope)

    def document(self) -> dict[str, Any]:
        """For programs."""
        counts = {name: value for name, value in asdict(self).items() if not name.startswith("_")}
        return counts | {"keys": self.keys, "well": self.well}

    def _count(self, envelope: Envelope) -> None:
        """What was seen of the key before decides: the next version, one seen already, or one too far on."""
        last, last_id = self._last.get(envelope.key, (0, envelope.id))
        if envelope.sequence <= last:
            self.repeats += 1
            self.twice += envelope.sequence == last and envelope.id != last_id
            return
        if not self.has_retention:
            self.missing += envelope.sequence - last - 1
        self.events += 1
        self.skipped += envelope.type == EventSkipped.TYPE
        self._last[envelope.key] = envelope.sequence, envelope.id


async def count_topics(log: Log, topics: Sequence[str]) -> list[TopicCount]:
    """Count those of the topics that exist, each up to its end as it is now."""
    spans = await log.spans(topics)
    found = {topic: TopicCount(topic, has_retention=topic in _WITH_RETENTION) for topic in topics}
    async for batch in log.read(spans):
        for record in batch:
            found[record.topic].add(record)
    exist = {topic for topic, _ in spans}
    return [found[topic] for topic in topics if topic in exist]
