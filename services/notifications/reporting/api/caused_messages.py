"""For ops: how the messages of each event stand, without a word on whose they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
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

    cause_event_id: UUID = Field(description="The event, by the id of its envelope.")
    purposes: tuple[Purpose, ...] = Field(description="Of `/v1/codes/message-purposes`.")
    messages: Mapping[State, int] = Field(
        description="How many stand in each state of `/v1/codes/message-states`.", examples=[{"created": 2, "sent": 18}]
    )
    failure_codes: tuple[str, ...] = Field(
        description="Why any of them was not sent: of `/v1/codes/silences`, or what failed.", examples=[()]
    )
    waiting_for: tuple[str, ...] = Field(
        description="What any of them waits for: contact, cohort, session, recording.", examples=[("contact",)]
    )
    first_due_at: datetime = Field(description="When the first of them was to leave; UTC.")


@router.get("/messages")
async def list_caused_messages(
    caller: Annotated[Principal, allowed(ops=REGION)],
    db: Db,
    paging: Paging,
    purpose: Annotated[
        Purpose | None, Query(description="Messages of this purpose, of `/v1/codes/message-purposes`.")
    ] = None,
    state: Annotated[State | None, Query(description="Messages in this state, of `/v1/codes/message-states`.")] = None,
) -> Page[CausedMessagesView]:
    """Messages counted event by event, in the order of the events' ids."""
    found = await db.read(
        message_counts.by_cause, purpose=purpose, state=state, after=paging.after_id(), limit=paging.fetch
    )
    return paging.page([CausedMessagesView.model_validate(c) for c in found], key=lambda c: c.cause_event_id)
