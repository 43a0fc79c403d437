"""For ops: how the messages of each event stand, without a word on whose they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.notifications.messages.domain.messages import Purpose, State
from services.notifications.reporting.store import message_counts
from shared.web.app import Db
from shared.web.paging import Page, Paging
from shared.web.principal import REGION, Principal, allowed
from shared.web.views import View

router = APIRouter(prefix="/v1/operations", tags=["operations"])


class CausedMessagesView(View):
    """The messages one event caused, of the purpose and in the state asked for."""

    cause_event_id: UUID
    purposes: tuple[Purpose, ...]
    messages: Mapping[State, int] = Field(description="How many stand in each state.")
    failure_codes: tuple[str, ...]
    waiting_for: tuple[str, ...] = Field(description="What any of them waits for: contact, cohort, session, recording.")
    first_due_at: datetime


@router.get("/messages")
async def list_caused_messages(
    caller: Annotated[Principal, allowed(ops=REGION)],
    db: Db,
    paging: Paging,
    purpose: Purpose | None = None,
    state: State | None = None,
) -> Page[CausedMessagesView]:
    """Messages counted event by event, in the order of the events' ids."""
    found = await db.read(
        message_counts.by_cause, purpose=purpose, state=state, after=paging.after_id(), limit=paging.fetch
    )
    return paging.page([CausedMessagesView.model_validate(c) for c in found], key=lambda c: c.cause_event_id)
