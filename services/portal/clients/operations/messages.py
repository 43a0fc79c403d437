"""Mails as operators and information governance may see them: never what stands in one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View


class CausedMessages(View):
    """The mails that one event caused; operators are not told to whom."""

    cause_event_id: UUID
    purposes: Sequence[str]
    messages: Mapping[str, int]
    failure_codes: Sequence[str]
    waiting_for: Sequence[str]
    first_due_at: datetime


class SentMessage(View):
    """A mail to a person, and why it did not leave."""

    message_id: UUID
    person_id: UUID
    purpose: str
    state: str
    waiting_for: Sequence[str]
    failure_code: str | None
    cause_event_id: UUID
    attempts: int
    due_at: datetime
    sent_at: datetime | None


async def by_event(services: Api, **query: Any) -> Page[CausedMessages]:
    """A part of the list; of the query what the API knows."""
    return await services.get(Page[CausedMessages], "/notifications/v1/operations/messages", **query)


async def to_people(services: Api, **query: Any) -> Page[SentMessage]:
    """A part of the list; of the query what the API knows."""
    return await services.get(Page[SentMessage], "/notifications/v1/messages", **query)
