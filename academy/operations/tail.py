"""The end of the log, or all of it, as records come by."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

from academy.operations.kafka_log import Log, LogRecord, Place
from academy.operations.responses import short_type
from shared.contracts.topics import OPEN, WITHHELD, shown_key
from shared.messaging.lanes import lane_of
from shared.messaging.wire import Event


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the log somebody wants to see; `last` is None for everything from the start.

    A key is looked for in open topics only: that a person's is found in a restricted one tells of a judgement.
    """

    topics: tuple[str, ...]
    key: str | None = None
    last: int | None = 10
    follow: bool = False

    def wants(self, record: LogRecord) -> bool:
        """Whether the record is of the key asked for, if one was."""
        return self.key is None or record.key == self.key.encode()


async def tail(log: Log, wish: Wish) -> AsyncGenerator[list[LogRecord]]:
    """The records wished for, oldest first within each batch; endless when following."""
    spans = {place: span for place, span in (await log.spans(wish.topics)).items() if _may_hold(place, wish)}
    if wish.last is None:
        async for batch in log.read(spans):
            yield [record for record in batch if wish.wants(record)]
    elif wish.last:
        yield await _last(log, spans, wish, wish.last)
    if wish.follow and spans:
        async for batch in log.follow({place: span.stop for place, span in spans.items()}):
            yield [record for record in batch if wish.wants(record)]


def _may_hold(place: Place, wish: Wish) -> bool:
    """A key lives in one partition, so the others need not be read."""
    return wish.key is None or place[1] == lane_of(wish.key)


async def _last(log: Log, spans: Mapping[Place, range], wish: Wish, most: int) -> list[LogRecord]:
    """The last records over all places; for one key its whole partition is read, for it may have been silent long."""
    ends = spans if wish.key else {place: span[-most:] for place, span in spans.items()}
    found = [record async for batch in log.read(ends) for record in batch if wish.wants(record)]
    found.sort(key=lambda r: (r.appended_at, r.topic, r.partition, r.offset))
    return found[-most:]


def document(record: LogRecord, *, payload: bool) -> dict[str, Any]:
    """A record for programs; key and payload of a restricted topic are withheld whoever asks."""
    stands = {
        "appended_at": record.appended_at.isoformat(),
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
    }
    if not isinstance(record.content, Event):
        return stands | {"undecodable": True, "bytes": len(record.content.value or b"")}
    envelope = record.content.envelope
    told = {
        "event_id": str(envelope.id),
        "type": envelope.type,
        "name": short_type(envelope.type),
        "key": shown_key(record.topic, envelope.key),
        "version": envelope.sequence,
        "time": envelope.time.isoformat(),
        "correlation_id": envelope.correlation_id,
    }
    return stands | told | ({"payload": shown_payload(record)} if payload else {})


def shown_payload(record: LogRecord) -> str:
    """The payload as text, where the topic is open."""
    if record.topic not in OPEN:
        return WITHHELD
    value = record.content.payload if isinstance(record.content, Event) else record.content.value or b""
    return value.decode(errors="replace")
