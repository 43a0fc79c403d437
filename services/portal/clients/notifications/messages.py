"""Mails of the academy to people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View

_PLACE = "/notifications/v1"


class Message(View):
    """What it is about and how far it has come; never its words."""

    message_id: UUID
    person_id: UUID
    purpose: str
    state: str
    waiting_for: Sequence[str] = ()
    failure_code: str | None = None
    due_at: datetime
    sent_at: datetime | None = None
    cohort_id: UUID | None = None


async def of_person(services: Api, person_id: UUID, **query: Any) -> Page[Message]:
    """A part of the list, the newest first."""
    return await services.get(Page[Message], f"{_PLACE}/messages", person_id=str(person_id), order="newest", **query)


async def of_cohort(services: Api, cohort_id: UUID, **query: Any) -> Page[Message]:
    """Who was told what about the cohort and its sessions, in the order in which it was asked for."""
    return await services.get(Page[Message], f"{_PLACE}/cohorts/{cohort_id}/messages", **query)
