"""A foreign event as the cause of messages."""

from services.notifications.messages.domain.messages import Cause
from shared.contracts.envelope import Envelope
from shared.ids import EventId


def cause_of(envelope: Envelope) -> Cause:
    """The event as the cause of messages."""
    return Cause(EventId(envelope.id), envelope.correlation_id, envelope.time)
