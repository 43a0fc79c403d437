"""What the service announces: that a message left, never what it said."""

from datetime import datetime

from services.notifications.domain.messages import Message
from shared.contracts.envelope import Contract
from shared.contracts.notifications import MessageSent

ANNOUNCES: tuple[type[Contract], ...] = (MessageSent,)


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
