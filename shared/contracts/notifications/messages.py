"""What was sent to whom and why, by message; restricted."""

from typing import Literal
from uuid import UUID

from shared.contracts.envelope import Contract
from shared.fields import Text


class MessageSent(Contract):
    """A message left for the person: one per (event, person, purpose)."""

    topic = "notifications.messages"
    key_field = "message_id"

    message_id: UUID
    person_id: UUID
    purpose: Text
    channel: Literal["email", "sms"]
    template: Text
    cause_event_id: UUID


PUBLISHED: tuple[type[Contract], ...] = (MessageSent,)
