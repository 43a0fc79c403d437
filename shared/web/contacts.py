"""For ops, when a reader of contact details has lost them or is new: announce everybody once more, page by page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from shared.fields import Id, Reason
from shared.messaging.contacts import MOST, Contacts, republish
from shared.messaging.recovery import ActionContext
from shared.web.app import Now
from shared.web.idempotency import Idempotent
from shared.web.principal import REGION, Principal, allowed
from shared.web.views import Body, View


class RepublishedView(View):
    """What was announced, or would be when it is a dry run (the default), which counts all at once."""

    dry_run: bool = Field(description="Whether it was only counted.")
    people: int = Field(description="How many.", examples=[500])
    next: UUID | None = Field(description="Send it as `after` for the next page; null at the end.")


class RepublishBody(Body):
    """One page of people."""

    after: Id | None = Field(default=None, description="Go on behind this person; a dry run counts everybody.")
    reason: Reason = Field(description="Why; kept with the action.", examples=["notifications lost its contacts"])
    dry_run: bool = Field(default=True, description="Only count.")


def router(contacts: Contacts) -> APIRouter:
    """The operations API of a service that announces how people are reached."""
    router = APIRouter(prefix="/v1/operations/contacts", tags=["operations"])

    @router.post("/republish", name="republish_contacts", description=_DESCRIPTION)
    async def republish_contacts(
        caller: Annotated[Principal, allowed(ops=REGION)], body: RepublishBody, once: Idempotent, now: Now
    ) -> RepublishedView:
        context = ActionContext(caller.sub, body.reason, body.dry_run)
        return await once.run(RepublishedView, republish, contacts, body.after, context, now=now)

    return router


_DESCRIPTION = f"Announce how people are reached as it was announced last, {MOST} at a time, in the order of their ids."
