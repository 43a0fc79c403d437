"""Events as they come from Kafka."""

from uuid import UUID, uuid4

from shared.contracts.envelope import Envelope
from shared.messaging.wire import Event
from tests.support.delivery import NOW, SOURCE, numbered

KEY = UUID(int=1)


def delivered(sequence: int, *, key: UUID = KEY, ref: str | None = None, event_id: UUID | None = None) -> Event:
    """Version `sequence` of the key, as a consumer decodes it."""
    event = numbered(key, sequence).model_copy(update={"recording_ref": ref or str(sequence)})
    envelope = Envelope(
        id=event_id or uuid4(),
        source=SOURCE,
        type=event.event_type(),
        time=NOW,
        topic=event.topic,
        key=str(key),
        sequence=sequence,
        correlation_id="c",
        causation_id=None,
        traceparent=None,
    )
    return Event(envelope, event.model_dump_json().encode())
