"""Mails of the academy to a person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View


class Message(View):
    """What it is about and how far it has come; never its words."""

    message_id: UUID
    person_id: UUID
    purpose: str
    state: str
    failure_code: str | None = None
    due_at: datetime
    sent_at: datetime | None = None
    cohort_id: UUID | None = None


async def of_person(services: Api, person_id: UUID, **query: Any) -> Page[Message]:
    """A part of the list, in the order in which they were asked for."""
    return await services.get(Page[Message], "/notifications/v1/messages", person_id=str(person_id), **query)


async def of_cohort(services: Api, cohort_id: UUID, **query: Any) -> Page[Message]:
    """A part of what was sent about a cohort, to whomever."""
    return await services.get(Page[Message], f"/notifications/v1/cohorts/{cohort_id}/messages", **query)
