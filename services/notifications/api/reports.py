"""How many messages of each purpose stand where; counts of messages, not of people."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from services.notifications.domain.messages import Purpose, State
from services.notifications.store import messages
from shared.web.app import Db
from shared.web.principal import REGION, Principal, allowed
from shared.web.views import View

router = APIRouter(prefix="/v1/reports", tags=["reports"])


class MessageCountView(View):
    """Messages of one purpose in one state."""

    purpose: Purpose
    state: State
    messages: int


class MessageReport(View):
    """Every purpose and state there is a message of, and how many left in all."""

    sent: int
    under_way: int = Field(description="Taken by a sender that has not told yet what became of them.")
    uncertain: int = Field(
        description="Ended without being sent, but a sender that is gone may have handed them over: a mail may exist."
    )
    counts: list[MessageCountView]


@router.get("/messages")
async def count(
    caller: Annotated[Principal, allowed(region=REGION, programme_lead=REGION, ops=REGION, service=REGION)],
    db: Db,
) -> MessageReport:
    """Messages by purpose and state, and how many left in all."""
    counts = [MessageCountView.model_validate(c) for c in await db.read(messages.counts)]
    sent = sum(c.messages for c in counts if c.state is State.SENT)
    ends = await db.read(messages.open_ends)
    return MessageReport(sent=sent, under_way=ends.under_way, uncertain=ends.uncertain, counts=counts)
