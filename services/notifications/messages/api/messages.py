"""What was sent to whom and why, or what it still waits for; never the text.

Messages caused by a judgement on a person are for that person: for everybody else they do not exist.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field

from services.notifications.messages.domain.messages import (
    PRIVATE,
    MessageId,
    MessageRecord,
    MessageUnknown,
    Purpose,
    State,
)
from services.notifications.messages.store import messages
from shared.errors import NotFound
from shared.ids import CohortId, PersonId
from shared.web.app import Db
from shared.web.paging import CountedPage, Counting, Ordering, Page, Pager, Paging
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import CohortInPath, Person
from shared.web.views import View
from shared.whose import Everyone, Own

router = APIRouter(prefix="/v1", tags=["messages"])


class MessageView(View):
    """A message; `waiting_for` names what is not known yet: contact, cohort, session, recording."""

    message_id: UUID = Field(description="This message.")
    person_id: Person
    purpose: Purpose = Field(description="Of `/v1/codes/message-purposes`.")
    state: State = Field(description="Of `/v1/codes/message-states`.")
    waiting_for: tuple[str, ...] = Field(
        description="What is not known yet: contact, cohort, session, recording; empty where nothing is missing.",
        examples=[()],
    )
    failure_code: str | None = Field(
        description="Why it was not sent: of `/v1/codes/silences`, or what failed; null where nothing did.",
        examples=[None],
    )
    template: str | None = Field(
        description="What it was written by; null while it is not written.", examples=["confirmation"]
    )
    cause_event_id: UUID = Field(description="The event it answers, by the id of its envelope.")
    attempts: int = Field(description="How often a sender has tried.", examples=[1])
    due_at: datetime = Field(description="When it was to leave; UTC.")
    sent_at: datetime | None = Field(description="When the mail server took it; UTC, null where it did not.")
    cohort_id: UUID | None = Field(description="The cohort it is about; null where it is about none.")
    session_id: UUID | None = Field(
        description="The session it is about; null where it is about none, or about all of a cohort.", examples=[None]
    )


Caller = Annotated[Principal, allowed(learner=OWN, information_governance=REGION)]

OfPurpose = Annotated[Purpose | None, Query(description="Of this purpose, of `/v1/codes/message-purposes`.")]
InState = Annotated[State | None, Query(description="In this state, of `/v1/codes/message-states`.")]


@router.get("/messages")
@refuses(NotFound)
async def list_messages(
    *,
    caller: Caller,
    db: Db,
    paging: Paging,
    person_id: Annotated[UUID | None, Query(description="To this person.")] = None,
    purpose: OfPurpose = None,
    state: InState = None,
    order: Ordering = "oldest",
) -> Page[MessageView]:
    """Messages by when they were asked for; participants see their own, and private ones nobody else."""
    seen = messages.Seen(_whose(caller, person_id), caller.person_id, purpose, state)
    rows = await db.read(messages.page, seen, order=order, after=_after(paging), limit=paging.fetch)
    return paging.page([MessageView.model_validate(row) for row in rows], key=lambda m: m.message_id)


@router.get("/cohorts/{cohort_id}/messages")
async def list_cohort_messages(
    *,
    cohort_id: CohortInPath,
    caller: Annotated[Principal, allowed(programme_lead=REGION, region=REGION, information_governance=REGION)],
    db: Db,
    paging: Paging,
    purpose: OfPurpose = None,
    state: InState = None,
    count: Counting = False,
) -> CountedPage[MessageView]:
    """Who was told what about a cohort and its sessions, in the order it was asked for; empty of one nobody knows."""
    wanted = messages.Wanted(CohortId(cohort_id), purpose, state)
    rows = await db.read(messages.of_cohort, wanted, after=_after(paging), limit=paging.fetch)
    number = await db.read(messages.count_of_cohort, wanted) if count else None
    return paging.counted([MessageView.model_validate(row) for row in rows], key=lambda m: m.message_id, count=number)


@router.get("/messages/{message_id}")
@refuses(MessageUnknown)
async def get_message(
    message_id: Annotated[UUID, Path(description="The message.")], caller: Caller, db: Db
) -> MessageView:
    """One message."""
    return MessageView.model_validate(_seen(await db.read(messages.find, MessageId(message_id)), caller))


def _whose(caller: Principal, person_id: UUID | None) -> Own | Everyone:
    """Everyone's, for those who may see them; one's own otherwise."""
    if person_id is None:
        return caller.own()
    caller.must_see(person_id=person_id)
    return Own(PersonId(person_id))


def _after(paging: Pager) -> MessageId | None:
    after = paging.after_id()
    return MessageId(after) if after else None


def _seen(message: MessageRecord | None, caller: Principal) -> MessageRecord:
    """What is not the caller's business looks exactly like what does not exist: ids can be guessed."""
    if message is None or not _is_for(caller, message):
        raise MessageUnknown
    return message


def _is_for(caller: Principal, message: MessageRecord) -> bool:
    if message.purpose in PRIVATE:
        return message.person_id == caller.person_id
    return caller.sees(person_id=message.person_id)
