"""How many messages of each purpose stand where; counts of messages, not of people.

Those of the private purposes tell how many people were judged: they are for ops alone.
"""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from services.notifications.messages.domain.messages import PRIVATE, Purpose, State
from services.notifications.reporting.store import message_counts
from shared.web.app import Db
from shared.web.principal import REGION, Principal, allowed
from shared.web.views import View

router = APIRouter(prefix="/v1/reports", tags=["reports"])


class MessageCountView(View):
    """Messages of one purpose in one state."""

    purpose: Purpose = Field(description="Of `/v1/codes/message-purposes`.")
    state: State = Field(description="Of `/v1/codes/message-states`.")
    messages: int = Field(description="How many.", examples=[18])


class MessageReport(View):
    """Every purpose and state there is a message of; the private purposes are counted for ops only."""

    sent: int = Field(description="Of the purposes in `counts`.", examples=[18])
    under_way: int = Field(description="Taken by a sender that has not told yet what became of them.", examples=[0])
    uncertain: int = Field(
        description="Ended without being sent, but a sender that is gone may have handed them over: a mail may exist.",
        examples=[0],
    )
    counts: list[MessageCountView] = Field(description="By purpose and state; what there is none of is left out.")


@router.get("/messages")
async def get_message_counts(
    caller: Annotated[Principal, allowed(region=REGION, programme_lead=REGION, ops=REGION, service=REGION)],
    db: Db,
) -> MessageReport:
    """Messages by purpose and state, and how many of them left."""
    hidden = frozenset[Purpose]() if "ops" in caller.roles else PRIVATE
    counted = [c for c in await db.read(message_counts.counts) if c.purpose not in hidden]
    counts = [MessageCountView.model_validate(c) for c in counted]
    sent = sum(c.messages for c in counts if c.state is State.SENT)
    ends = await db.read(message_counts.open_ends, hidden)
    return MessageReport(sent=sent, under_way=ends.under_way, uncertain=ends.uncertain, counts=counts)
