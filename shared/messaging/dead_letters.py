"""Dead letters leave through the service's own outbox, to `<topic>.dlt.<group>`; error classes only, no messages."""

from uuid import NAMESPACE_URL, uuid5

from shared.contracts.envelope import TYPE_PREFIX
from shared.messaging import outbox
from shared.messaging.wire import Event, Undecodable
from shared.postgres.database import Transaction


def topic_of(topic: str, consumer: str) -> str:
    """The dead-letter topic of a consumer group for a topic."""
    return f"{topic}.dlt.{consumer}"


def announce(tx: Transaction, consumer: str, event: Event, *, time: int, attempts: int, reason: str) -> None:
    """Send a copy of an event that was given up for the `time`-th time, with its origin; a repeat has the same id."""
    envelope = event.envelope
    identity = uuid5(NAMESPACE_URL, f"{consumer}/{envelope.id}/{time}")
    headers = {
        "time": envelope.time.isoformat(),
        "correlationid": envelope.correlation_id,
        "originid": str(envelope.id),
        "originsequence": str(envelope.sequence),
        "attempts": str(attempts),
        "errorclass": reason,
    }
    destination = topic_of(envelope.topic, consumer)
    outbox.append_raw(tx, outbox.Pending(destination, envelope.key, identity, envelope.type, event.payload, headers))


def announce_raw(tx: Transaction, consumer: str, record: Undecodable, *, now: str) -> None:
    """Send a copy of bytes whose envelope cannot be read; a redelivery repeats the same event id."""
    place = f"{record.topic}/{record.partition}/{record.offset}"
    identity = uuid5(NAMESPACE_URL, f"{consumer}/{place}")
    headers = {
        "time": now,
        "correlationid": str(identity),
        "originplace": place,
        "attempts": "1",
        "errorclass": "Undecodable",
    }
    key = (record.key or place.encode()).decode(errors="replace")
    kind = f"{TYPE_PREFIX}.undecodable.v1"
    destination = topic_of(record.topic, consumer)
    outbox.append_raw(tx, outbox.Pending(destination, key, identity, kind, record.value or b"", headers))
