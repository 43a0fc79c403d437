"""What is announced of messages: that one left, never what it said."""

from datetime import datetime

from services.notifications.messages.domain.messages import Message
from shared.contracts.notifications.messages import MessageSent


def message_sent(message: Message, template: str, *, at: datetime) -> MessageSent:
    """The mail server took the message."""
    return MessageSent(
        effective_at=at,
        message_id=message.id,
        person_id=message.person_id,
        purpose=message.purpose,
        channel="email",
        template=template,
        cause_event_id=message.cause.event_id,
    )
