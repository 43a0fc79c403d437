"""Dead letters leave through the service's own outbox, to `<topic>.dlt.<group>`; error classes only, no messages.

Other systems may write records as large as the broker takes, and larger ones by compression. Our outbox and one batch
of our relay take less, so a payload that is too large is cut, and `ce_originbytes` says how many bytes it had.
"""

from dataclasses import replace
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.contracts.envelope import TYPE_PREFIX
from shared.contracts.topics import DEAD_LETTERS
from shared.messaging import outbox, wire
from shared.messaging.wire import Event, Undecodable
from shared.postgres.database import Transaction


def topic_of(topic: str, consumer: str) -> str:
    """The dead-letter topic of a consumer group for a topic."""
    return f"{topic}{DEAD_LETTERS}{consumer}"


def announce(tx: Transaction, consumer: str, event: Event, *, time: int, attempts: int, reason: str) -> None:
    """Send a copy of an event that was given up for the `time`-th time, with its origin; a repeat has the same id."""
    envelope = event.envelope
    place = f"{envelope.topic}/{envelope.key}/{envelope.sequence}/{envelope.id}"
    identity = uuid5(NAMESPACE_URL, f"{consumer}/{place}/{time}")
    headers = {
        "time": envelope.time.isoformat(),
        "correlationid": envelope.correlation_id,
        "originid": str(envelope.id),
        "originsequence": str(envelope.sequence),
        "attempts": str(attempts),
        "errorclass": reason,
    }
    destination = topic_of(envelope.topic, consumer)
    _send(tx, outbox.Pending(destination, envelope.key, identity, envelope.type, event.payload, headers))


def id_of(consumer: str, record: Undecodable) -> UUID:
    """The id of a record's dead letter: a redelivery has the same."""
    return uuid5(NAMESPACE_URL, f"{consumer}/{_place(record)}")


def announce_raw(tx: Transaction, consumer: str, record: Undecodable, *, now: str) -> None:
    """Send a copy of bytes that are no event to us, under their key if it is a key one can have."""
    identity = id_of(consumer, record)
    headers = {
        "time": now,
        "correlationid": str(identity),
        "originplace": _place(record),
        "attempts": "1",
        "errorclass": record.reason,
    }
    kind = f"{TYPE_PREFIX}.undecodable.v1"
    destination = topic_of(record.topic, consumer)
    _send(tx, outbox.Pending(destination, _key(record), identity, kind, record.value or b"", headers))


def _send(tx: Transaction, letter: outbox.Pending) -> None:
    if len(letter.payload) > outbox.LARGEST:
        headers = {**letter.headers, "originbytes": str(len(letter.payload))}
        letter = replace(letter, payload=letter.payload[: outbox.LARGEST], headers=headers)
    outbox.append_raw(tx, letter)


def _key(record: Undecodable) -> str:
    """The key with escapes; the record's place where that is too long, or there is no key."""
    key = wire.escaped((record.key or b"")[: wire.LONGEST + 1])
    return key if 0 < len(key.encode()) <= wire.LONGEST else _place(record)


def _place(record: Undecodable) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"
